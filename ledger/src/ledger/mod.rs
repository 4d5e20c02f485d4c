//! One node: accounts, holds, nonces, what it accepts and what it learns from others.

mod accept;
mod account;
mod bucket;
mod conflict;
mod event;
mod mode;
mod node;

pub(crate) use accept::{Accepted, Clock, Refusal};
pub(crate) use account::{Account, Reserved};
pub(crate) use bucket::{Bucket, Progress};
pub(crate) use conflict::Conflict;
pub use event::{Event, EventKind};
pub(crate) use mode::Write;
pub(crate) use node::Node;
