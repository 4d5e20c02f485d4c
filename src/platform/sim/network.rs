//! What lies between a client and its servers.

use crate::platform::{Request, Response};

/// What becomes of a request, decided as it leaves.
#[derive(Clone, Debug)]
pub struct Journey {
    /// When it reaches the server, from now; never where it is lost on the way.
    pub arrives_after_ms: Option<u64>,
    /// When the client hears, from now; never where nothing comes back.
    pub returns_after_ms: Option<u64>,
    /// What the client hears.
    pub homecoming: Homecoming,
}

/// What a client hears of its request.
#[derive(Clone, Debug)]
pub enum Homecoming {
    /// What the server said.
    Answer,
    /// Something else in its place.
    Instead(Response),
    /// That the connection failed.
    Failure,
}

/// The network and the servers behind it.
pub trait Network {
    /// A request leaves.
    fn depart(&mut self, request: &Request, now_ms: u64) -> Journey;
    /// A request reaches its server, perhaps long after its client has gone.
    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response;
}
