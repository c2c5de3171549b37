//! The binary: command line, settings, wiring. No rule of the business lives here.

mod ai;
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

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let settings = Settings::load(cli.settings)?;
    let exporter = logging::start(&settings)?;
    let done = run_command(cli, &settings).await;
    if let Some(exporter) = exporter {
        exporter.finish();
    }
    done
}

async fn run_command(cli: Cli, settings: &Settings) -> Result<ExitCode> {
    let done = match cli.command {
        Command::Eval { file, provider, min_confidence, verbose } => {
            commands::eval(&settings, commands::Eval { file, provider, min_confidence, verbose }, cli.json)
                .await
        }
        Command::Scan { paths } => return commands::scan(&settings, &paths, cli.json).await,
        Command::Serve => serve::serve(&settings).await,
        Command::Demo => demo::demo(&settings).await,
        Command::Migrate => commands::migrate(&settings, cli.json),
        Command::Org(command) => commands::org(&settings, command, cli.json).await,
        Command::Workspace(command) => commands::workspace(&settings, command, cli.json).await,
        Command::User(command) => commands::user(&settings, command, cli.json).await,
        Command::Member(command) => commands::member(&settings, command, cli.json).await,
        Command::Key(command) => commands::key(&settings, command, cli.json).await,
        Command::Token(command) => commands::token(&settings, command, cli.json).await,
        Command::Limits(command) => commands::limits(&settings, command, cli.json).await,
        Command::Client(command) => commands::client(&settings, command, cli.json).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}
