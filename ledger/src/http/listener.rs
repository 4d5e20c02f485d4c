//! A listening socket that can be closed and opened again.

use std::net::{Ipv4Addr, SocketAddr};
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

/// Listens on the loopback interface; port 0 takes any.
pub(super) fn bind(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // On Windows it would let two programs share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(1024)
}

/// Serves a region: connections, and orders to close or open the port.
pub(super) async fn run(
    world: Arc<World>,
    region: usize,
    listener: TcpListener,
    mut ports: mpsc::Receiver<PortOrder>,
    mut stop: watch::Receiver<bool>,
) {
    let Ok(port) = listener.local_addr().map(|address| address.port()) else { return };
    let mut listener = Some(listener);
    let mut orders = watch::Sender::new(Order::Serve);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(listener.as_ref()) => {
                let world = Arc::clone(&world);
                let answer = move |request| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> {
                    Box::pin(visit::serve(Arc::clone(&world), region, request))
                };
                connections.spawn(connection::serve(accepted, orders.subscribe(), answer));
            }
            Some((open, done)) = ports.recv() => {
                let result = if open { reopen(&mut listener, port).await } else {
                    listener = None;
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
    drop(listener);
    orders.send_replace(Order::Stop);
    while connections.join_next().await.is_some() {}
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else { return std::future::pending().await };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Out of file descriptors, most likely: let some connections end.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn reopen(listener: &mut Option<TcpListener>, port: u16) -> Result<(), String> {
    let (tries, pause) = REOPEN;
    for _ in 0..tries {
        match bind(port) {
            Ok(open) => {
                *listener = Some(open);
                return Ok(());
            }
            Err(_) => sleep(pause).await,
        }
    }
    Err(format!("port {port} could not be opened again: somebody else took it"))
}
