//! A child process together with everything it starts.
use std::time::Duration;
use tokio::process::{Child, Command};

/// How long children may take to leave in peace: a driver closes its browser in this time.
const PATIENCE: Duration = Duration::from_secs(3);

/// A process group of its own. Dropping it ends every member, so that a failure, a time limit or Ctrl-C leaves nothing.
pub struct Group {
    id: Option<u32>,
}

impl Group {
    pub fn spawn(command: &mut Command) -> std::io::Result<(Group, Child)> {
        #[cfg(unix)]
        command.process_group(0);
        let child = command.kill_on_drop(true).spawn()?;
        Ok((Group { id: child.id() }, child))
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
        let Some(group) = self.id.and_then(|id| Pid::from_raw(id.cast_signed())) else { return };
        if kill_process_group(group, Signal::TERM).is_err() {
            return;
        }
        let asked = std::time::Instant::now();
        while test_kill_process_group(group).is_ok() {
            if asked.elapsed() > PATIENCE {
                // It may have left meanwhile, and that is what we want.
                let _gone = kill_process_group(group, Signal::KILL);
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
