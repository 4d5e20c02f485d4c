//! Sets of options, by the names that the printers have for what they ask of them.
pub use shardd_wasm::protocol::{option_set as named, option_sets as all, options_of as options};
