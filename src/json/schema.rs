//! The tables: what an answer must look like.

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// A bucket: of a write, the caller's name of it where the ledger gives an internal one.
    Bucket,
    /// `true` or `false`.
    Flag,
    /// An amount of credits or an expiry: exact, as a number or bigint by the client's choice.
    Money,
    /// The same, never negative: holds and expiries.
    Hold,
    /// A counter, sequence or created-at time: always a number.
    Count,
    /// An object with these fields; others pass.
    Object(&'static [Field]),
    /// An array of these.
    List(&'static Shape),
    /// An object whose keys are data, such as node ids.
    Map(&'static Shape),
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name on the wire.
    pub wire: &'static str,
    /// The name that users see.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether null and absence are fine.
    pub optional: bool,
}

impl Field {
    /// What users see where the field is null or missing.
    pub(super) fn blank(&self) -> &'static str {
        if matches!(self.shape, Shape::List(_)) { "[]" } else { "null" }
    }

    /// A field that must be there.
    pub const fn new(wire: &'static str, name: &'static str, shape: Shape) -> Field {
        Field { wire, name, shape, optional: false }
    }

    /// A field that may be null or missing; users see null, and an empty list for a list.
    pub const fn optional(wire: &'static str, name: &'static str, shape: Shape) -> Field {
        Field { wire, name, shape, optional: true }
    }
}
