//! What calls resolve to: of each object its type for Rust, and the table that every answer is checked against. When serialized, the types have
//! the names of the JavaScript results. Amounts are `i64` credits, holds and counters `u64`, times Unix milliseconds; `None` is what the
//! ledger left out.

mod account;
mod edge;
mod event;
mod mine;
mod table;
mod write;

pub use account::*;
pub use edge::*;
pub use event::*;
pub use mine::*;
pub(super) use table::answers;
pub use write::*;
