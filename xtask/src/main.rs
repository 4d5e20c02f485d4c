//! Set-up, build, demo, test and bench of shardd-wasm.
mod apt;
mod bench;
mod bindgen;
mod browser;
mod budget;
mod build;
mod bundle;
mod cache;
mod class;
mod crates;
mod debian;
mod demo;
mod generate;
mod glue;
mod group;
mod lean;
mod load;
mod manifest;
mod matrix;
mod npm;
mod packed;
mod ports;
mod project;
mod reach;
mod redis;
mod regions;
mod row;
mod screen;
mod setup;
mod sim;
mod site;
mod size;
mod step;
mod stress;
mod suite;
mod tally;
mod target;
mod tool;

use anyhow::{Result, bail};
use bench::Bench;
use demo::Demo;
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};
use project::Project;
use screen::say;
use setup::Setup;
use sim::Sim;
use std::process::ExitCode;
use suite::Suite;

const USAGE: &str = "\
cargo xtask <command>

  demo  [--once] [--port N]     three local regions, a story told in Node, then the page
  test  [--all] [filter…]       format, lints, docs, native, wasm, package and page tests
        --stress [N] [--fresh]  those with real time or a browser, beside three busy loops, N times;
                                goes on where the last one stopped, unless something changed
  build [--crates] [--record]   the npm package, into pkg/; its weight becomes what tests allow
  bench [--json] [--peer module] [name…]
                                the packed package beside plain fetch, as ratios
  sim   [--seeds N] [--from S]  the simulation at length: every world of plans, N seeds each
  generate [--check]            the JavaScript tables, the typings and the tables of the documentation, from src/protocol
  setup                         everything the others need; they fetch it themselves too";

/// What was asked for on the command line.
enum Command {
    Help,
    Setup,
    Build { crates: bool, record: bool },
    Generate { check: bool },
    Demo(Demo),
    Serve { port: Option<u16> },
    Test(Suite),
    Sim(Sim),
    Bench(Bench),
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let code = runtime.block_on(async {
        tokio::select! {
            result = run() => result.unwrap_or_else(|error| failed(&error)),
            signal = interrupted() => ExitCode::from(signal),
        }
    });
    // A blocking step (wasm-bindgen, brotli) that was interrupted is not waited for.
    runtime.shutdown_background();
    code
}

async fn run() -> Result<ExitCode> {
    let command = Command::parse(lexopt::Parser::from_env())?;
    let project = Project::find()?;
    let setup = Setup::new(project)?;
    match command {
        Command::Help => say(USAGE),
        Command::Setup => setup.everything().await?,
        Command::Build { crates, record } => {
            let sizes = build::package(&setup, crates).await?;
            if record {
                budget::record(&setup, &sizes).await?;
            }
        }
        Command::Generate { check: false } => generate::write(&setup.project)?,
        Command::Generate { check: true } => drop(generate::check(&setup.project)?),
        Command::Demo(demo) => demo.run(&setup).await?,
        Command::Serve { port } => demo::serve(&setup, port).await?,
        Command::Test(suite) if !suite.run(&setup).await? => return Ok(ExitCode::FAILURE),
        Command::Test(_) => {}
        Command::Sim(sim) => sim.run(&setup).await?,
        Command::Bench(bench) => bench.run(&setup).await?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Command {
    fn parse(mut arguments: lexopt::Parser) -> Result<Command> {
        let name = match arguments.next()? {
            Some(Value(name)) => name,
            Some(Short('h') | Long("help")) | None => return Ok(Command::Help),
            Some(other) => return Err(other.unexpected().into()),
        };
        let mut command = match name.to_str() {
            Some("help") => Command::Help,
            Some("setup") => Command::Setup,
            Some("build") => Command::Build { crates: false, record: false },
            Some("generate") => Command::Generate { check: false },
            Some("demo") => Command::Demo(Demo::default()),
            Some("serve") => Command::Serve { port: None },
            Some("test") => Command::Test(Suite::default()),
            Some("sim") => Command::Sim(Sim::default()),
            Some("bench") => Command::Bench(Bench::default()),
            _ => bail!("there is no command {name:?}: `cargo xtask help` lists them"),
        };
        while let Some(argument) = arguments.next()? {
            match (&mut command, argument) {
                (_, Short('h') | Long("help")) => return Ok(Command::Help),
                (Command::Generate { check }, Long("check")) => *check = true,
                (Command::Build { crates, .. }, Long("crates")) => *crates = true,
                (Command::Build { record, .. }, Long("record")) => *record = true,
                (Command::Demo(demo), Long("once")) => demo.once = true,
                (Command::Demo(Demo { port, .. }) | Command::Serve { port }, Long("port")) => {
                    *port = Some(arguments.value()?.parse()?);
                }
                (Command::Bench(bench), Long("json")) => bench.json = true,
                (Command::Bench(bench), Long("peer")) => bench.peer = Some(arguments.value()?.into()),
                (Command::Bench(bench), Value(name)) => bench.names.push(name.string()?),
                (Command::Sim(sim), Long("seeds")) => sim.seeds = arguments.value()?.parse()?,
                (Command::Sim(sim), Long("from")) => sim.from = arguments.value()?.parse()?,
                (Command::Test(suite), Long("all")) => suite.all = true,
                (Command::Test(suite), Long("fresh")) => suite.fresh = true,
                (Command::Test(suite), Long("stress")) => suite.stress = Some(rounds(&mut arguments)?),
                (Command::Test(suite), Value(filter)) => suite.filters.push(filter.string()?),
                (_, unknown) => return Err(unknown.unexpected().into()),
            }
        }
        Ok(command)
    }
}

/// The number after `--stress`, if one is there.
fn rounds(arguments: &mut lexopt::Parser) -> Result<u32> {
    let number = |argument: &std::ffi::OsStr| argument.to_str().and_then(|text| text.parse::<u32>().ok());
    let next =
        arguments.try_raw_args().and_then(|mut raw| raw.next_if(|argument| number(argument).is_some()));
    match next.map_or(Some(1), |argument| number(&argument)) {
        None | Some(0) => bail!("--stress wants a number of rounds, from 1 on"),
        Some(rounds) => Ok(rounds),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// Resolves to the shell's exit code for the signal that ended us; what runs then is dropped, and with it every child.
async fn interrupted() -> u8 {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut term), Ok(mut hangup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        {
            return tokio::select! {
                _ = tokio::signal::ctrl_c() => 130,
                _ = term.recv() => 143,
                _ = hangup.recv() => 129,
            };
        }
    }
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        Err(_) => std::future::pending().await,
    }
}
