//! What the fields of an answer must be.

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
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
    /// What it is where it is missing.
    #[cfg(not(target_arch = "wasm32"))]
    pub mark: Mark,
    /// The words that a text is one of, as far as this version knows; none where it may be any.
    #[cfg(not(target_arch = "wasm32"))]
    pub words: &'static [&'static str],
}

/// What users get of a field that is null or missing.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An error: the field was promised.
    Refused,
    /// Null.
    Null,
    /// An empty list.
    Empty,
    /// Whether the status was 200.
    Status,
    /// False.
    No,
}

/// An object that answers are made of.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its name in the JavaScript tables.
    pub name: &'static str,
    /// Its type in Rust and TypeScript.
    pub type_name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What the ledger sends, in its order.
    pub fields: &'static [Field],
    /// What the client adds.
    pub own: &'static [Field],
}

impl Field {
    /// A field that must be there.
    pub const fn new(wire: &'static str, name: &'static str, shape: Shape) -> Field {
        Field {
            wire,
            name,
            shape,
            optional: false,
            #[cfg(not(target_arch = "wasm32"))]
            doc: "",
            #[cfg(not(target_arch = "wasm32"))]
            mark: Mark::Refused,
            #[cfg(not(target_arch = "wasm32"))]
            words: &[],
        }
    }

    /// A field that may be null or missing; users see null, and an empty list for a list.
    pub const fn optional(wire: &'static str, name: &'static str, shape: Shape) -> Field {
        Field { optional: true, ..Field::new(wire, name, shape) }
    }

    /// What users see where the field is null or missing.
    pub(crate) fn blank(&self) -> &'static str {
        if matches!(self.shape, Shape::List(_)) { "[]" } else { "null" }
    }
}
