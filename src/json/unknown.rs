//! What nobody promised: fields that no table has, and keys that are data. They pass, and do no harm on the way.

use super::reader::{Integers, ReadError, Reader, SAFE_MAX};
use super::scan::{Cursor, DEPTH_MAX};
use crate::protocol::Field;

/// Numbers of so many letters, and so many digits in the exponent, are finite in JavaScript.
const FLOAT_MAX: usize = 100;
const EXPONENT_MAX: usize = 2;

impl Reader<'_> {
    /// A field that the table does not have passes, in the users' spelling.
    pub(super) fn unknown(
        &mut self,
        cursor: &mut Cursor<'_>,
        key: &str,
        fields: &'static [Field],
    ) -> Result<(), ReadError> {
        let mut name = String::with_capacity(key.len());
        let mut capital = false;
        for letter in key.chars() {
            if letter == '_' && !name.is_empty() {
                capital = true;
            } else {
                name.push(if capital { letter.to_ascii_uppercase() } else { letter });
                capital = false;
            }
        }
        // The client puts its own `meta` on the answer to a write.
        let taken = self.bucket.is_some() && name == "meta";
        if taken || is_trap(key) || fields.iter().any(|field| field.name == name) {
            return cursor.skip(1);
        }
        self.strange_key(&name);
        self.pass(cursor, 1)
    }

    /// Hands on a value that nobody promised, numbers unharmed.
    pub(super) fn pass(&mut self, cursor: &mut Cursor<'_>, depth: u32) -> Result<(), ReadError> {
        if depth > DEPTH_MAX {
            return Err(ReadError::Syntax);
        }
        match cursor.peek() {
            b'{' => {
                self.out.push('{');
                cursor.members(&mut |cursor, key| {
                    if is_trap(key) {
                        return cursor.skip(depth + 1);
                    }
                    self.strange_key(key);
                    self.pass(cursor, depth + 1)
                })?;
                self.out.push('}');
            }
            b'[' => {
                self.out.push('[');
                cursor.items(&mut |cursor| {
                    self.comma('[');
                    self.pass(cursor, depth + 1)
                })?;
                self.out.push(']');
            }
            b'-' | b'0'..=b'9' => {
                let written = cursor.number()?;
                if self.holds(written) {
                    self.out.push_str(written);
                } else {
                    self.text(written);
                }
            }
            _ => {
                let from = cursor.at;
                cursor.skip(depth)?;
                self.out.push_str(cursor.since(from));
            }
        }
        Ok(())
    }

    /// Whether the caller's numbers hold this one. Of those with a point or exponent, what is far longer, larger or smaller than
    /// anybody writes is not held either: to be exact would take a parser of ten kilobytes.
    fn holds(&self, written: &str) -> bool {
        let magnitude = written.strip_prefix('-').unwrap_or(written);
        if magnitude.bytes().all(|byte| byte.is_ascii_digit()) {
            let most = if self.integers == Integers::Exact { i64::MAX as u64 } else { SAFE_MAX };
            return magnitude.parse::<u64>().is_ok_and(|magnitude| magnitude <= most);
        }
        let places = magnitude.bytes().rev().take_while(u8::is_ascii_digit).count();
        let exponent = magnitude.bytes().any(|byte| matches!(byte, b'e' | b'E'));
        magnitude.len() <= FLOAT_MAX && !(exponent && places > EXPONENT_MAX)
    }
}

/// A key that sets the prototype of whatever object it is copied to in JavaScript.
pub(super) fn is_trap(key: &str) -> bool {
    key == "__proto__"
}
