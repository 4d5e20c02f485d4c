//! The catalogue: each operation, option, answer, error, event and sentence of the client stands here, once. Rust reads it as it is;
//! `cargo xtask generate` prints the JavaScript tables, the typings and the tables of the documentation from it.
//!
//! What only those printers need, such as the documentation of a member, is left out of every wasm.

pub(crate) mod answer;
pub mod effect;
mod error;
mod event;
mod field;
mod funds;
mod limit;
mod name;
mod operation;
mod option;
mod refusal;
mod request;
mod sentence;

pub use answer::*;
pub use error::{ErrorRow, FINAL_REASONS, OUTCOMES, Retry, error_row, retry};
#[cfg(not(target_arch = "wasm32"))]
pub use event::{EVENTS, Notice, OF_CALL, Part, PartKind};
pub use field::{Field, Shape};
#[cfg(not(target_arch = "wasm32"))]
pub use field::{Mark, Object};
pub use funds::Funds;
pub use limit::*;
pub(crate) use name::camel;
pub use name::{camel_bytes, camel_len, text_of};
pub use operation::*;
pub use option::{
    CALL_OPTIONS, CLIENT_OPTIONS, ClientOption, DEFAULTS, Defaults, NOT_OF_CLASS, OTHER_OPTIONS, option_set,
    option_sets, options_of,
};
pub(crate) use option::{client_options, least};
pub use refusal::*;
pub use request::*;
pub use sentence::*;
pub(crate) use sentence::{filled, with_gaps};

/// The objects that answers and errors are made of, in the order of the documentation.
#[cfg(not(target_arch = "wasm32"))]
pub const OBJECTS: &[&[Object]] = &[
    answer::EVENT_OBJECTS,
    answer::WRITE_OBJECTS,
    answer::ACCOUNT_OBJECTS,
    answer::EDGE_OBJECTS,
    answer::MINE_OBJECTS,
    funds::FUNDS_OBJECTS,
];

/// The object that is no answer, but what an error of insufficient funds carries.
#[cfg(not(target_arch = "wasm32"))]
pub const FUNDS_TYPE: &str = Funds::OBJECT.type_name;
