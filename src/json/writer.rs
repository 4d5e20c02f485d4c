//! Writes the flat objects that requests are made of.

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
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                let digit = |shift: u32| char::from_digit((letter as u32 >> shift) & 15, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.push(digit(4));
                out.push(digit(0));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
