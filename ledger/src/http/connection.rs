//! One connection: hyper on a socket that can be cut.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::payload::Payload;
use super::visit::Cut;

/// What connections are told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    #[default]
    Serve,
    /// Reset at once.
    Cut,
    /// Finish what runs and close.
    Stop,
}

/// So long a request that runs may take to end when everything stops.
const GRACE: Duration = Duration::from_millis(250);

type Reply = Pin<Box<dyn Future<Output = Result<hyper::Response<Payload>, Cut>> + Send>>;

/// Serves a connection until it ends or `orders` say otherwise.
pub(super) async fn serve(
    stream: TcpStream,
    mut orders: watch::Receiver<Order>,
    answer: impl Fn(hyper::Request<Incoming>) -> Reply + Unpin,
) {
    // Otherwise small answers wait for acks of the client.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new());
    let mut connection = builder.serve_connection(TokioIo::new(stream), service_fn(answer));
    let order = tokio::select! {
        done = poll_fn(|context| connection.poll_without_shutdown(context)) => match done {
            Ok(()) => Order::Serve,
            Err(error) if is_cut(&error) => Order::Cut,
            Err(_) => Order::Serve,
        },
        order = told(&mut orders) => order,
    };
    match order {
        Order::Cut => reset(connection.into_parts().io.into_inner()),
        Order::Stop => {
            Pin::new(&mut connection).graceful_shutdown();
            let _ = timeout(GRACE, connection).await;
        }
        Order::Serve => {}
    }
}

async fn told(orders: &mut watch::Receiver<Order>) -> Order {
    match orders.wait_for(|order| *order != Order::Serve).await {
        Ok(order) => *order,
        Err(_) => Order::Stop,
    }
}

/// Resolves when everything is to stop.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody left to say so means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn is_cut(error: &hyper::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<Cut>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn reset(stream: TcpStream) {
    // Without lingering, the drop sends a reset.
    let _ = stream.set_zero_linger();
}
