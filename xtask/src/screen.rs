//! Where xtask writes. A reader that went away (`| head`) ends what is shown, never the work.
use std::fmt::Display;
use std::io::{IsTerminal, Write as _, stdout};

/// One line, after whatever progress stood there.
pub fn say(text: impl Display) {
    let _unread = writeln!(stdout(), "{}{text}", erase());
}

/// Progress: on a terminal it stays one line that changes, in a log every call is a line.
pub fn progress(text: &str) {
    if is_terminal() {
        let short: String = text.chars().take(100).collect();
        let _unread = write!(stdout(), "{}{short}", erase());
        let _unread = stdout().flush();
    } else {
        say(text);
    }
}

/// Removes a progress line before something else is written, by a child for example.
pub fn clear() {
    let _unread = write!(stdout(), "{}", erase());
    let _unread = stdout().flush();
}

pub fn is_terminal() -> bool {
    stdout().is_terminal()
}

fn erase() -> &'static str {
    if is_terminal() { "\r\x1b[2K" } else { "" }
}
