//! A listening socket that can be closed and opened again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connection::{self, Order};
use super::region::PortOrder;
use super::visit;
use super::world::World;

/// Somebody else may hold a port for a moment; so often and so long apart it is tried again.
const REOPEN: (u32, Duration) = (50, Duration::from_millis(20));

const BACKLOG: u32 = 1024;

/// A region's port.
enum Port {
    Open(TcpListener),
    /// Refuses, but is still ours where that could be had: otherwise any program on the machine may be given it.
    Shut(Option<TcpSocket>),
}

/// Listens at an address; port 0 takes any.
pub(super) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    hold(address)?.listen(BACKLOG)
}

/// Takes a port without listening there: who connects is refused.
fn hold(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows it would let two programs share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves a region: connections, and orders to close or open the port.
pub(super) async fn run(
    world: Arc<World>,
    region: usize,
    listener: TcpListener,
    mut ports: mpsc::Receiver<PortOrder>,
    mut stop: watch::Receiver<bool>,
) {
    let Ok(address) = listener.local_addr() else { return };
    let mut port = Port::Open(listener);
    let mut orders = watch::Sender::new(Order::Serve);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(&port) => {
                let world = Arc::clone(&world);
                let answer = move |request| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> {
                    Box::pin(visit::serve(Arc::clone(&world), region, request))
                };
                connections.spawn(connection::serve(accepted, orders.subscribe(), answer));
            }
            Some((open, done)) = ports.recv() => {
                let result = if open { reopen(&mut port, address).await } else {
                    // It cannot be held while it listens.
                    drop(std::mem::replace(&mut port, Port::Shut(None)));
                    port = Port::Shut(hold(address).ok());
                    orders.send_replace(Order::Cut);
                    while connections.join_next().await.is_some() {}
                    orders = watch::Sender::new(Order::Serve);
                    Ok(())
                };
                let _ = done.send(result);
            }
            Some(_) = connections.join_next() => {}
            () = connection::stopped(&mut stop) => break,
        }
    }
    drop(port);
    orders.send_replace(Order::Stop);
    while connections.join_next().await.is_some() {}
}

async fn accept(port: &Port) -> TcpStream {
    let Port::Open(listener) = port else { return std::future::pending().await };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Out of file descriptors, most likely: let some connections end.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn reopen(port: &mut Port, address: SocketAddr) -> Result<(), String> {
    let (tries, pause) = REOPEN;
    let Port::Shut(held) = port else { return Ok(()) };
    for _ in 0..tries {
        match held.take().map_or_else(|| bind(address), |socket| socket.listen(BACKLOG)) {
            Ok(listener) => {
                *port = Port::Open(listener);
                return Ok(());
            }
            Err(_) => sleep(pause).await,
        }
    }
    Err(format!("port {} could not be opened again: somebody else took it", address.port()))
}
