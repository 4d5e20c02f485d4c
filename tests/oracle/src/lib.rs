//! The same words for both libraries.

pub mod command;
pub mod ours;
pub mod theirs;
