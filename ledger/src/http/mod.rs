//! The HTTP shell: one listener a region, faults on demand, a control endpoint beside them.

mod connection;
mod control;
mod counters;
mod fault;
mod hold;
mod listener;
mod payload;
mod region;
mod serve;
mod visit;
mod world;

pub use fault::{Fault, FaultKind, Only};
pub use serve::{Running, ServeConfig, ServeError, serve};
