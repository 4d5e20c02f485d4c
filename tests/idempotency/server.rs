//! A real Redis or Valkey on a free loopback port, for as long as a test runs.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A server of one test.
pub struct Server {
    child: Child,
    pub port: u16,
    folder: std::path::PathBuf,
}

impl Server {
    /// Starts one; `None`, said loudly, where no such program is installed.
    pub fn start(arguments: &[&str]) -> Option<Server> {
        let Some(program) = ["valkey-server", "redis-server"].into_iter().find(|program| {
            Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        }) else {
            // Straight to the terminal: the test harness swallows what passing tests print.
            let _told = std::io::stderr().write_all(
                b"\n!!! SKIPPED: the Valkey store was NOT tested: there is neither valkey-server nor redis-server.\n\
                  !!! Install one, e.g. apt-get install redis-server\n\n",
            );
            return None;
        };
        // Somebody else may take the port between asking for it and using it; and of a cluster the port 10,000 further on.
        (0..50)
            .find_map(|_| Server::try_start(program, arguments))
            .or_else(|| panic!("{program} does not start"))
    }

    fn try_start(program: &str, arguments: &[&str]) -> Option<Server> {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("shardd-idempotency-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(program)
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()])
            .arg("--dir")
            .arg(&folder)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.any(|line| line.is_ok_and(|line| line.contains("eady to accept connections")));
        let server = Server { child, port, folder };
        // What it says later goes nowhere, but the pipe stays open: closed, it would end the server.
        std::thread::spawn(move || lines.for_each(drop));
        ready.then_some(server)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}
