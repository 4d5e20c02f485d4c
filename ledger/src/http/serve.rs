//! Starting and stopping all listeners.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::region::Region;
use super::world::{World, unix_ms};
use super::{connection, control, listener};
use crate::{Auth, Cluster, Config};

/// What to serve.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// The address of the interface to listen on.
    pub host: IpAddr,
    /// One port a region; 0 takes any.
    pub ports: Vec<u16>,
    /// The control endpoint's port; 0 takes any.
    pub control_port: u16,
    /// How long a request to each region takes, there and back; missing ones are 0.
    pub delays_ms: Vec<u64>,
    /// API keys; without them nobody is asked for one.
    pub auth: Option<Auth>,
    /// How long an event takes to the other regions.
    pub replication_delay_ms: u64,
    /// The seed of all ids; without one they differ from run to run.
    pub seed: Option<u64>,
    /// Whether gateways give each request to any node.
    pub spread: bool,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            ports: vec![0; 3],
            control_port: 0,
            delays_ms: Vec::new(),
            auth: None,
            replication_delay_ms: 100,
            seed: None,
            spread: false,
        }
    }
}

/// Why nothing is served. One sentence that names the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeError(String);

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ServeError {}

/// What is served; it stops when this is dropped, gently with [`shutdown`](Self::shutdown).
#[derive(Debug)]
pub struct Running {
    /// The regions' base URLs.
    pub regions: Vec<String>,
    /// The control endpoint's base URL.
    pub control: String,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Closes all ports and waits until what runs has ended (at most a quarter of a second).
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Opens all ports and serves until [`Running`] is shut down or dropped.
///
/// # Errors
///
/// If a port is taken or no region is asked for.
pub async fn serve(config: ServeConfig) -> Result<Running, ServeError> {
    if config.ports.is_empty() {
        return Err(ServeError("there must be at least one region: choose with --regions".into()));
    }
    let open = |port: u16, flag: &str| bind(SocketAddr::new(config.host, port), flag);
    let control_listener = open(config.control_port, "--control-port")?;
    let listeners: Vec<_> =
        config.ports.iter().map(|port| open(*port, "--port")).collect::<Result<_, _>>()?;
    let urls: Vec<String> = listeners.iter().map(url).collect::<Result<_, _>>()?;
    let control_url = url(&control_listener)?;

    let cluster = Cluster::new(Config {
        regions: listeners.len(),
        replication_delay_ms: config.replication_delay_ms,
        seed: config.seed.unwrap_or_else(unix_ms),
        base_urls: urls.clone(),
        auth: config.auth,
        spread: config.spread,
        ..Config::default()
    });
    let mut regions = Vec::new();
    let mut orders = Vec::new();
    for (index, url) in urls.iter().enumerate() {
        let (sender, receiver) = mpsc::channel(8);
        let delay = config.delays_ms.get(index).copied().unwrap_or(0);
        regions.push(Region::new(index, url.clone(), delay, sender));
        orders.push(receiver);
    }
    let world = Arc::new(World::new(cluster, regions));
    let stop = watch::Sender::new(false);
    let mut tasks = JoinSet::new();
    for (region, (listener, orders)) in listeners.into_iter().zip(orders).enumerate() {
        tasks.spawn(listener::run(Arc::clone(&world), region, listener, orders, stop.subscribe()));
    }
    tasks.spawn(control::run(Arc::clone(&world), control_listener, stop.subscribe()));
    let mut stopped = stop.subscribe();
    tasks.spawn(async move {
        tokio::select! {
            () = world.watch_storms() => {}
            () = connection::stopped(&mut stopped) => {}
        }
    });
    Ok(Running { regions: urls, control: control_url, stop, tasks })
}

fn bind(address: SocketAddr, flag: &str) -> Result<tokio::net::TcpListener, ServeError> {
    let port = address.port();
    listener::bind(address).map_err(|error| {
        ServeError(match error.kind() {
            std::io::ErrorKind::AddrNotAvailable => {
                let host = address.ip();
                format!("{host} is no address of this machine: choose another with --host")
            }
            std::io::ErrorKind::AddrInUse => {
                format!("port {port} is taken: stop what listens there or choose another with {flag}")
            }
            _ => format!("port {port} cannot be opened ({error}): choose another with {flag}"),
        })
    })
}

fn url(listener: &tokio::net::TcpListener) -> Result<String, ServeError> {
    let address = listener.local_addr().map_err(|error| ServeError(format!("no local address: {error}")))?;
    Ok(format!("http://{address}"))
}
