//! Writes the flat objects that requests are made of.

use super::reader::{Integers, is_safe};
use crate::text::decimal;

/// A JSON object in the making. The same members in the same order give the same bytes.
#[derive(Clone, Debug)]
pub struct ObjectWriter {
    out: String,
}

impl ObjectWriter {
    /// An empty object.
    pub fn new() -> Self {
        ObjectWriter { out: String::from("{") }
    }

    /// Adds a string.
    pub fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        quote(&mut self.out, text);
    }

    /// Adds a whole number.
    pub fn whole(&mut self, key: &str, number: i64) {
        self.raw(key, &decimal(number));
    }

    /// Adds a sum of credits: as digits for a bigint in that mode, and in either mode where a JavaScript number would round the sum.
    pub fn credits(&mut self, key: &str, credits: i64, integers: Integers) {
        if integers == Integers::BigInt || !is_safe(credits) {
            self.text(key, &decimal(credits));
        } else {
            self.whole(key, credits);
        }
    }

    /// Adds `true` or `false`.
    pub fn flag(&mut self, key: &str, flag: bool) {
        self.raw(key, if flag { "true" } else { "false" });
    }

    /// Adds what is JSON already.
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }

    fn key(&mut self, key: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        quote(&mut self.out, key);
        self.out.push(':');
    }
}

impl Default for ObjectWriter {
    fn default() -> Self {
        ObjectWriter::new()
    }
}

/// Appends `text` as a JSON string.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    // What needs no escape goes over in one piece: letter by letter cost a write three microseconds.
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(text.get(plain..at).unwrap_or(""));
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            _ => {
                let digit = |shift: u8| char::from_digit(u32::from(byte >> shift & 15), 16).unwrap_or('0');
                out.push_str("\\u00");
                out.extend([digit(4), digit(0)]);
            }
        }
    }
    out.push_str(text.get(plain..).unwrap_or(""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sum_is_rounded_and_none_is_a_bigint_without_need() {
        let safe = (1 << 53) - 1;
        let sums = [
            (safe, false),
            (-safe, false),
            (safe + 1, true),
            (-safe - 1, true),
            (safe + 2, true),
            (i64::MIN, true),
        ];
        for (sum, is_text) in sums {
            let mut object = ObjectWriter::new();
            object.credits("sum", sum, Integers::Number);
            object.credits("big", sum, Integers::BigInt);
            let plain = if is_text { format!("\"{sum}\"") } else { sum.to_string() };
            assert_eq!(object.finish(), format!("{{\"sum\":{plain},\"big\":\"{sum}\"}}"));
        }
    }
}
