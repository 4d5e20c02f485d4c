//! `shardd-local`: the local shardd as a program.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use shardd_local::Auth;
use shardd_local::http::{Running, ServeConfig, serve};

const HELP: &str = "\
shardd-local: the shardd credit ledger's regions in one process

  --regions N            how many regions (3)
  --delay A,B,C          how many milliseconds a request to each region takes (0); one number is for all
  --port P               the first region's port, the others follow (8081); 0 takes any
  --control-port P       the control endpoint's port (8080, or any if there is a --port); 0 takes any
  --host ADDRESS         the address to listen on (127.0.0.1)
  --replication-delay N  how many milliseconds an event takes to the other regions (100)
  --spread               a gateway gives each request to any node, as the real ones do, not to its region's own
  --auth FILE            ask for API keys; FILE is TOML with a [[keys]] table per key
  --seed N               make the same ids on every run
";

struct Flags {
    regions: u16,
    port: Option<u16>,
    control_port: Option<u16>,
    serve: ServeConfig,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("shardd-local: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let Some(config) = config(std::env::args_os().skip(1))? else {
        print!("{HELP}");
        return Ok(());
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(async {
        let running = serve(config).await.map_err(|error| error.to_string())?;
        // Before anybody is told that it runs: who reads it may stop it at once.
        let stop = stop_signal().map_err(|error| format!("cannot wait for signals: {error}"))?;
        announce(&running);
        stop.await;
        running.shutdown().await;
        Ok(())
    })
}

fn announce(running: &Running) {
    let mut out = std::io::stdout();
    for (index, url) in running.regions.iter().enumerate() {
        // A reader that went away is no reason to stop.
        let _unread = writeln!(out, "region {index} {url}");
    }
    let _unread = writeln!(out, "control {}", running.control);
}

/// Listens for the signals that end the program, from now on; the future resolves when one has come.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where there are no signals to wait for, it runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// The set-up that the flags ask for; none if they ask for help.
fn config(args: impl IntoIterator<Item = OsString>) -> Result<Option<ServeConfig>, String> {
    use lexopt::prelude::{Long, Short, ValueExt};
    let mut flags = Flags { regions: 3, port: None, control_port: None, serve: ServeConfig::default() };
    let mut parser = lexopt::Parser::from_args(args);
    let say = |error: lexopt::Error| format!("{error}; --help lists the flags");
    while let Some(flag) = parser.next().map_err(say)? {
        let name = match flag {
            Short('h') | Long("help") => return Ok(None),
            Long(name) => name.to_owned(),
            other => return Err(say(other.unexpected())),
        };
        let value = || parser.value().and_then(|value| value.string());
        match name.as_str() {
            "regions" => flags.regions = number(&name, &value_of(value)?)?,
            "port" => flags.port = Some(number(&name, &value_of(value)?)?),
            "control-port" => flags.control_port = Some(number(&name, &value_of(value)?)?),
            "replication-delay" => flags.serve.replication_delay_ms = number(&name, &value_of(value)?)?,
            "seed" => flags.serve.seed = Some(number(&name, &value_of(value)?)?),
            "host" => flags.serve.host = address(&value_of(value)?)?,
            "spread" => flags.serve.spread = true,
            "delay" => {
                let list = value_of(value)?;
                flags.serve.delays_ms =
                    list.split(',').map(|ms| number(&name, ms)).collect::<Result<_, _>>()?;
            }
            "auth" => flags.serve.auth = Some(keys(&value_of(value)?)?),
            _ => return Err(format!("there is no --{name}; --help lists the flags")),
        }
    }
    finish(flags).map(Some)
}

fn value_of(next: impl FnOnce() -> Result<String, lexopt::Error>) -> Result<String, String> {
    next().map_err(|error| format!("{error}; --help lists the flags"))
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("--{flag} wants a whole number that fits, not {text:?}"))
}

fn address(text: &str) -> Result<std::net::IpAddr, String> {
    text.trim().parse().map_err(|_| format!("--host wants an IP address such as 0.0.0.0, not {text:?}"))
}

fn keys(path: &str) -> Result<Auth, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    toml::from_str(&text)
        .map_err(|error| format!("{path} is not a list of keys: {}", error.to_string().trim()))
}

fn finish(flags: Flags) -> Result<ServeConfig, String> {
    let Flags { regions, port, control_port, mut serve } = flags;
    // Who chooses ports may have several ledgers, and only one of them can have the usual one.
    serve.control_port = control_port.unwrap_or(if port.is_some() { 0 } else { 8080 });
    let port = port.unwrap_or(8081);
    if regions == 0 || regions > 64 {
        return Err(format!("--regions wants a number from 1 to 64, not {regions}"));
    }
    if port > 0 && port.checked_add(regions - 1).is_none() {
        return Err(format!("--port {port} leaves no room for {regions} ports below 65536"));
    }
    serve.ports = (0..regions).map(|index| if port == 0 { 0 } else { port + index }).collect();
    if serve.delays_ms.len() > usize::from(regions) {
        return Err(format!("--delay names {} regions, there are {regions}", serve.delays_ms.len()));
    }
    if let [all] = serve.delays_ms[..] {
        serve.delays_ms = vec![all; usize::from(regions)];
    }
    Ok(serve)
}
