//! The binary: command line, settings, wiring. No rule of the business lives here.

mod ai;
mod allocator;
mod background;
mod budgets;
mod cli;
mod commands;
mod demo;
mod installation;
mod key;
mod links;
mod logging;
mod metrics;
mod otlp;
mod output;
mod serve;
mod settings;
mod tls;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Cli, Command};
use settings::Settings;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let failure = match cli.command {
        Command::Scan { .. } => ExitCode::from(commands::SCAN_FAILED),
        _ => ExitCode::FAILURE,
    };
    match actix_web::rt::System::new().block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("leadkeep: {error:#}");
            failure
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { settings, json, command } = cli;
    let settings = Settings::load(settings)?;
    let exporter = logging::start(&settings)?;
    let done = run_command(command, &settings, json).await;
    if let Some(exporter) = exporter {
        exporter.finish();
    }
    done
}

async fn run_command(command: Command, settings: &Settings, json: bool) -> Result<ExitCode> {
    let done = match command {
        Command::Eval { file, provider, min_confidence, verbose } => {
            commands::eval(settings, commands::Eval { file, provider, min_confidence, verbose }, json).await
        }
        Command::Scan { paths } => return commands::scan(settings, &paths, json).await,
        Command::Serve => serve::serve(settings).await,
        Command::Demo => demo::demo(settings).await,
        Command::Migrate => commands::migrate(settings, json),
        Command::Org(command) => commands::org(settings, command, json).await,
        Command::Workspace(command) => commands::workspace(settings, command, json).await,
        Command::User(command) => commands::user(settings, command, json).await,
        Command::Member(command) => commands::member(settings, command, json).await,
        Command::Key(command) => commands::key(settings, command, json).await,
        Command::Token(command) => commands::token(settings, command, json).await,
        Command::Limits(command) => commands::limits(settings, command, json).await,
        Command::Client(command) => commands::client(settings, command, json).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}
