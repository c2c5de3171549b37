//! `first_answer ADDRESS COMMAND…`: starts a server, prints how many milliseconds it was until its `/healthz` answered there, and stops it.
//!
//! The caller is there before the server is: no program's start but the server's is in the figure.

use std::{
    env,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// Between two tries.
const PAUSE: Duration = Duration::from_micros(500);

/// For how long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, program, arguments @ ..] = arguments.as_slice() else {
        bail!("first_answer ADDRESS COMMAND…")
    };
    let address = address.parse().context("the address is to be 127.0.0.1:PORT")?;
    let began = Instant::now();
    let mut server = Command::new(program).args(arguments).stdout(Stdio::null()).spawn()?;
    let answered = wait_for_answer(address, &mut server).map(|()| began.elapsed());
    stop(&mut server)?;
    println!("{:.1}", answered?.as_secs_f64() * 1_000.0);
    Ok(())
}

fn wait_for_answer(address: SocketAddr, server: &mut Child) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Ok(answer) = ask(address) {
            ensure!(answer.starts_with("HTTP/1.1 200 "), "the server answers {answer}");
            return Ok(());
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ends with {status}");
        }
        thread::sleep(PAUSE);
    }
    bail!("the server does not answer")
}

/// Whether a server listens, and what it says.
fn ask(address: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect(address)?;
    // Where nobody listens yet, a port that the system chose for the caller's own end can be the one that is called.
    if connection.local_addr()? == address {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

/// As an operator stops it, so that the next start finds a database that was closed.
fn stop(server: &mut Child) -> Result<()> {
    if server.try_wait()?.is_none() {
        Command::new("kill").arg(server.id().to_string()).status()?;
        server.wait()?;
    }
    Ok(())
}
