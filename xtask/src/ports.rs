//! The loopback ports of a demo.
use anyhow::{Result, bail};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

/// Regions of the demo.
pub const REGIONS: u16 = 3;

/// Where the page, the control endpoint and the regions listen; 0 lets the system choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Ports {
    pub page: u16,
    pub control: u16,
    pub regions: Vec<u16>,
}

impl Ports {
    /// The usual ports, or a row of them from `first` on.
    pub fn choose(first: Option<u16>) -> Result<Ports> {
        match first {
            None => Ok(Ports { page: 8090, control: 8080, regions: (8081..8081 + REGIONS).collect() }),
            Some(0) => Ok(Ports { page: 0, control: 0, regions: vec![0; usize::from(REGIONS)] }),
            Some(page) if page < u16::MAX - REGIONS => {
                Ok(Ports { page, control: page + 1, regions: (page + 2..page + 2 + REGIONS).collect() })
            }
            Some(page) => {
                bail!("port {page} leaves no room for the regions after it: choose a smaller --port")
            }
        }
    }

    /// Takes the port of the page and sees that the others are free, before anything long begins.
    pub fn reserve(&self) -> Result<TcpListener> {
        let page = listen(self.page)?;
        for port in self.regions.iter().chain([&self.control]) {
            listen(*port)?;
        }
        Ok(page)
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => {
            listener.set_nonblocking(true)?;
            Ok(listener)
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "port {port} is taken, perhaps by another demo: choose other ports with --port 9000 or --port 0"
            )
        }
        Err(error) => {
            bail!("port {port} cannot be used ({error}): choose other ports with --port 9000 or --port 0")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;

    #[test]
    fn a_chosen_port_is_the_first_of_a_row() {
        let ports = Ports::choose(Some(9000)).ok();
        assert_eq!(ports, Some(Ports { page: 9000, control: 9001, regions: vec![9002, 9003, 9004] }));
        assert!(Ports::choose(Some(u16::MAX)).is_err());
    }

    #[test]
    fn a_taken_port_is_named() {
        let Ok(taken) = super::listen(0) else { return };
        let Ok(address) = taken.local_addr() else { return };
        let ports = Ports { page: 0, control: address.port(), regions: vec![0] };
        let message = ports.reserve().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains(&format!("port {} is taken", address.port())), "{message}");
        assert!(message.contains("--port"), "{message}");
    }
}
