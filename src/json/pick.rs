//! Single values, cut out of an answer.

use super::scan::{Cursor, meaning};

/// The value of a member of the object `body`, as written; the last one, where there are several. `None` also
/// where `body` is not one JSON object.
pub fn member<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let mut cursor = Cursor::new(std::str::from_utf8(body).ok()?);
    let mut found = None;
    let read = cursor.members(&mut |cursor, key| {
        cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        if key == name {
            found = Some(cursor.since(from));
        }
        Ok(())
    });
    if read.is_ok() && cursor.is_at_end() { found } else { None }
}

/// The items of an array, as written; none where `text` is no array.
pub fn elements(text: &str) -> Vec<&str> {
    let mut cursor = Cursor::new(text);
    let mut elements = Vec::new();
    let read = cursor.items(&mut |cursor| {
        cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        elements.push(cursor.since(from));
        Ok(())
    });
    if read.is_err() {
        elements.clear();
    }
    elements
}

/// A plain value, cut out of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A whole number that fits.
    Whole(i64),
    /// A truth value.
    Flag(bool),
    /// Anything else.
    Other,
}

/// Calls `found` with each member of the object `body`, in their order. `None` where `body` is not one JSON object: what
/// was found before that showed counts for nothing.
pub fn pick(body: &[u8], found: &mut dyn FnMut(&str, Scalar)) -> Option<()> {
    let mut cursor = Cursor::new(std::str::from_utf8(body).ok()?);
    let read = cursor.members(&mut |cursor, key| {
        let first = cursor.peek();
        let from = cursor.at;
        cursor.skip(1)?;
        let written = cursor.since(from);
        let scalar = match first {
            b'"' => Scalar::Text(meaning(written.get(1..written.len() - 1).unwrap_or("")).into_owned()),
            b't' | b'f' => Scalar::Flag(first == b't'),
            _ => written.parse().map_or(Scalar::Other, Scalar::Whole),
        };
        found(key, scalar);
        Ok(())
    });
    (read.is_ok() && cursor.is_at_end()).then_some(())
}
