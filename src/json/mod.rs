//! JSON, one decoding path: a reader driven by tables that checks an answer and renames its fields in one
//! pass, and a writer for request bodies. (Serde over the whole surface measured 51–55 KB brotli; this is
//! a few.)

mod pick;
mod reader;
mod scan;
mod unknown;
mod writer;

pub use pick::{Scalar, elements, member, pick};
pub use reader::{Integers, ReadError, transcode};
pub use writer::ObjectWriter;
