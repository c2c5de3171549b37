use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// What drives the browsers of a test. It is stopped with the test, and with it whatever it has started.
pub(crate) struct Chromedriver {
    process: Child,
    pub(crate) address: String,
}

impl Chromedriver {
    pub(crate) fn start() -> Self {
        let started =
            Command::new("chromedriver").arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut process = started.unwrap_or_else(|error| {
            panic!("chromedriver: {error}. These tests need Chromium: run `make test-browser`")
        });
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // It is read to its end, or chromedriver would wait for a reader.
            for line in stdout.lines().map_while(Result::ok) {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    let _ = sender.send(port.trim_end_matches('.').to_owned());
                }
            }
        });
        let mut chromedriver = Self { process, address: String::new() };
        let port = receiver.recv_timeout(Duration::from_secs(30)).expect("chromedriver did not start");
        chromedriver.address = format!("http://127.0.0.1:{port}");
        chromedriver
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let processes: Vec<String> =
            with_descendants(self.process.id()).iter().map(ToString::to_string).collect();
        // Those that have ended meanwhile are complained about.
        let _ = Command::new("kill").arg("-KILL").args(&processes).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}

/// The process, and all that it has started, and these, …
fn with_descendants(process: u32) -> BTreeSet<u32> {
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // The name may hold anything; behind it stand the state and the parent.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((id, parent))
        })
        .collect();
    let mut found = BTreeSet::from([process]);
    while all.iter().filter(|(id, parent)| found.contains(parent) && !found.contains(id)).count() > 0 {
        for (id, parent) in &all {
            if found.contains(parent) {
                found.insert(*id);
            }
        }
    }
    found
}
