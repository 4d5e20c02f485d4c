//! The Redis server that stores are tested against.
use crate::apt;
use crate::screen::say;
use crate::step::Step;

const REMEDY: &str = "install redis-server, or valkey-server and put its binary on PATH as redis-server";

/// Gets the server where it can be had. Without it the tests that need it skip, and say so: all others are worth running.
pub async fn ready() {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&folders).any(|folder| folder.join("redis-server").is_file()) {
        Step::already("redis-server");
    } else if let Err(error) = apt::install(&["redis-server"], REMEDY).await {
        say(format_args!("  – {error:#}"));
    }
}
