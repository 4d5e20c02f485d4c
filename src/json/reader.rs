//! Reads an answer by its table and writes it again with the names that users see.

use super::scan::{Cursor, meaning};
use super::unknown::is_trap;
use super::writer::quote;
use crate::protocol::{Field, Shape};
use crate::text::is_internal_bucket;

/// How whole numbers are handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Integers {
    /// As JavaScript numbers; what does not fit ±(2^53−1) is [`ReadError::BeyondRange`].
    #[default]
    Number,
    /// Money and expiries as decimal strings, for `BigInt`.
    BigInt,
    /// As they are, for Rust.
    Exact,
}

/// What is wrong with an answer. Fields go by the users' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is not JSON.
    Syntax,
    /// This field is missing, doubled, or of another kind.
    Shape(&'static str),
    /// This figure does not fit a JavaScript number; a bigint would hold it.
    BeyondRange(&'static str),
    /// This counter does not fit a JavaScript number, and counters are never anything else.
    CounterBeyondRange(&'static str),
}

pub(super) const SAFE_MAX: u64 = (1 << 53) - 1;
/// Whether a JavaScript number holds this sum exactly.
pub(super) fn is_safe(credits: i64) -> bool {
    credits.unsigned_abs() <= SAFE_MAX
}

impl Integers {
    /// Whether this sum can be handed out so, unrounded.
    pub fn holds(self, credits: i64) -> bool {
        self != Integers::Number || is_safe(credits)
    }
}

/// What an answer as a whole is called where a field has a name.
const ROOT: &str = "the answer";

/// Checks `body` against `fields` and returns it as JSON with the users' names. Of a write, `bucket` is what the caller
/// calls its bucket; it takes the place of the ledger's internal name for it.
///
/// What is returned means the same to every reader of JSON: a promised field that comes twice is an error, however
/// its name is spelled, and no unknown field takes the name of a promised one. Unknown fields pass, without
/// harm to the figures in them: a number that JavaScript would round or call `Infinity` is handed on as text, since it
/// must not spoil an answer that is right in all that was promised.
///
/// A figure out of range is reported only of an answer that is right in everything else: such an answer proves that a
/// write was applied.
///
/// ```
/// use shardd_wasm::json::{Integers, transcode};
/// use shardd_wasm::protocol::{Field, Shape};
/// static ROW: [Field; 1] = [Field::new("available_balance", "availableBalance", Shape::Money)];
/// let json = transcode(br#"{"available_balance": -5}"#, &ROW, Integers::Number, None).unwrap();
/// assert_eq!(json, r#"{"availableBalance":-5}"#);
/// ```
pub fn transcode(
    body: &[u8],
    fields: &'static [Field],
    integers: Integers,
    bucket: Option<&str>,
) -> Result<String, ReadError> {
    let text = std::str::from_utf8(body).map_err(|_| ReadError::Syntax)?;
    let mut cursor = Cursor::new(text);
    let out = String::with_capacity(text.len() + 128);
    let mut reader = Reader { out, integers, bucket, beyond: None };
    reader.value(&mut cursor, &Shape::Object(fields), ROOT)?;
    if !cursor.is_at_end() {
        return Err(ReadError::Syntax);
    }
    reader.beyond.map_or(Ok(reader.out), Err)
}

pub(super) struct Reader<'a> {
    pub(super) out: String,
    pub(super) integers: Integers,
    /// The caller's name of the one bucket that a write is about.
    pub(super) bucket: Option<&'a str>,
    /// The first field that does not fit a number.
    beyond: Option<ReadError>,
}

impl Reader<'_> {
    fn value(&mut self, cursor: &mut Cursor<'_>, shape: &Shape, name: &'static str) -> Result<(), ReadError> {
        let first = cursor.peek();
        match (shape, first) {
            (Shape::Text, b'"') => {
                let text = cursor.string()?;
                self.text(text);
                Ok(())
            }
            (Shape::Bucket, b'"') => {
                let text = cursor.string()?;
                match self.bucket.filter(|_| is_internal_bucket(&meaning(text))) {
                    Some(bucket) => quote(&mut self.out, bucket),
                    None => self.text(text),
                }
                Ok(())
            }
            (Shape::Flag, b't' | b'f') => self.pass(cursor, 0),
            (Shape::Money | Shape::Hold | Shape::Count, b'-' | b'0'..=b'9') => {
                self.whole(cursor, shape, name)
            }
            (Shape::Object(fields), b'{') => self.object(cursor, fields),
            (Shape::List(item), b'[') => self.list(cursor, item, name),
            (Shape::Map(item), b'{') => self.map(cursor, item, name),
            // What is no JSON at all is called so.
            _ => cursor.skip(0).and(Err(ReadError::Shape(name))),
        }
    }

    fn whole(&mut self, cursor: &mut Cursor<'_>, shape: &Shape, name: &'static str) -> Result<(), ReadError> {
        // `-0` is a number of its own in JavaScript; credits know only one zero.
        let written = match cursor.number()? {
            "-0" => "0",
            written => written,
        };
        let magnitude = match shape {
            Shape::Money => written.parse::<i64>().map(i64::unsigned_abs).ok(),
            _ => written.parse::<u64>().ok(),
        };
        let Some(magnitude) = magnitude else { return Err(ReadError::Shape(name)) };
        let as_text = self.integers == Integers::BigInt && !matches!(shape, Shape::Count);
        if magnitude > SAFE_MAX && self.integers != Integers::Exact && !as_text {
            self.beyond.get_or_insert(match shape {
                Shape::Count => ReadError::CounterBeyondRange(name),
                _ => ReadError::BeyondRange(name),
            });
        }
        if as_text {
            self.text(written);
        } else {
            self.out.push_str(written);
        }
        Ok(())
    }

    fn object(&mut self, cursor: &mut Cursor<'_>, fields: &'static [Field]) -> Result<(), ReadError> {
        self.out.push('{');
        let mut seen = 0_u64;
        // The fields come in the order of the table, so that the next one is nearly always the right one.
        let mut next = 0;
        cursor.members(&mut |cursor, key| {
            let mut order = (next..fields.len()).chain(0..next);
            let Some((at, field)) =
                order.find_map(|at| Some((at, fields.get(at).filter(|f| f.wire == key)?)))
            else {
                return self.unknown(cursor, key, fields);
            };
            next = at + 1;
            if seen & (1 << at) != 0 {
                return Err(ReadError::Shape(field.name));
            }
            seen |= 1 << at;
            self.key(field.name);
            if field.optional && cursor.word("null") {
                self.out.push_str(field.blank());
                return Ok(());
            }
            self.value(cursor, &field.shape, field.name)
        })?;
        for (at, field) in fields.iter().enumerate().filter(|(at, _)| seen & (1 << at) == 0) {
            debug_assert!(at < 64, "the bit set has room for 64 fields");
            if !field.optional {
                return Err(ReadError::Shape(field.name));
            }
            self.key(field.name);
            self.out.push_str(field.blank());
        }
        self.out.push('}');
        Ok(())
    }

    fn list(&mut self, cursor: &mut Cursor<'_>, item: &Shape, name: &'static str) -> Result<(), ReadError> {
        self.out.push('[');
        cursor.items(&mut |cursor| {
            self.comma('[');
            self.value(cursor, item, name)
        })?;
        self.out.push(']');
        Ok(())
    }

    fn map(&mut self, cursor: &mut Cursor<'_>, item: &Shape, name: &'static str) -> Result<(), ReadError> {
        self.out.push('{');
        cursor.members(&mut |cursor, key| {
            if is_trap(key) {
                return cursor.skip(1);
            }
            self.strange_key(key);
            self.value(cursor, item, name)
        })?;
        self.out.push('}');
        Ok(())
    }

    pub(super) fn text(&mut self, raw: &str) {
        self.out.push('"');
        self.out.push_str(raw);
        self.out.push('"');
    }

    pub(super) fn key(&mut self, name: &str) {
        self.comma('{');
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    /// A key that is not of a table, and may have anything in it.
    pub(super) fn strange_key(&mut self, name: &str) {
        self.comma('{');
        quote(&mut self.out, name);
        self.out.push(':');
    }

    /// A comma, except right after `opening`.
    pub(super) fn comma(&mut self, opening: char) {
        if !self.out.ends_with(opening) {
            self.out.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROW: [Field; 4] = [
        Field::new("account", "account", Shape::Text),
        Field::new("total_balance", "totalBalance", Shape::Money),
        Field::optional("event_count", "eventCount", Shape::Count),
        Field::optional("by_node", "byNode", Shape::Map(&Shape::Hold)),
    ];

    fn read(text: &str, integers: Integers) -> Result<String, ReadError> {
        transcode(text.as_bytes(), &ROW, integers, None)
    }

    #[test]
    fn renames_fills_in_null_and_lets_unknown_fields_pass() {
        let text = r#" {"new_thing":[1,{"a_b":2.5}],"total_balance":7,"account":"a\"\u00e9"} "#;
        let want = r#"{"newThing":[1,{"a_b":2.5}],"totalBalance":7,"account":"a\"\u00e9","eventCount":null,"byNode":null}"#;
        assert_eq!(read(text, Integers::Number).as_deref(), Ok(want));
    }

    #[test]
    fn exact_beyond_what_a_number_holds() {
        let text =
            r#"{"account":"a","total_balance":-9223372036854775808,"by_node":{"n:1":18446744073709551615}}"#;
        assert_eq!(read(text, Integers::Number), Err(ReadError::BeyondRange("totalBalance")));
        let big = read(text, Integers::BigInt).unwrap();
        assert!(
            big.contains(r#""totalBalance":"-9223372036854775808""#)
                && big.contains(r#""18446744073709551615""#)
        );
        assert!(read(text, Integers::Exact).unwrap().contains(":-9223372036854775808,"));
        assert!(read(r#"{"account":"a","total_balance":9007199254740991}"#, Integers::Number).is_ok());
        let counter = r#"{"account":"a","total_balance":1,"event_count":9007199254740993}"#;
        assert_eq!(read(counter, Integers::BigInt), Err(ReadError::CounterBeyondRange("eventCount")));
    }

    #[test]
    fn refuses_what_is_not_promised() {
        for (text, error) in [
            ("", ReadError::Syntax),
            ("<html>", ReadError::Syntax),
            ("[]", ReadError::Shape(ROOT)),
            ("{}", ReadError::Shape("account")),
            (r#"{"account":"a","total_balance":1.0}"#, ReadError::Shape("totalBalance")),
            (r#"{"account":"a","total_balance":"1"}"#, ReadError::Shape("totalBalance")),
            (r#"{"account":"a","total_balance":9223372036854775808}"#, ReadError::Shape("totalBalance")),
            (r#"{"account":"a","total_balance":01}"#, ReadError::Syntax),
            (r#"{"account":null,"total_balance":1}"#, ReadError::Shape("account")),
            (r#"{"account":"a","account":"b","total_balance":1}"#, ReadError::Shape("account")),
            (r#"{"account":"a","total_balance":1} x"#, ReadError::Syntax),
            (r#"{"account":"a","total_balance":1"#, ReadError::Syntax),
            (r#"{"account":"\x","total_balance":1}"#, ReadError::Syntax),
            (r#"{"account":"a","total_balance":1,"event_count":-1}"#, ReadError::Shape("eventCount")),
        ] {
            assert_eq!(read(text, Integers::Number), Err(error), "{text}");
        }
        let deep = format!(r#"{{"account":"a","total_balance":1,"x":{}"#, "[".repeat(100_000));
        assert_eq!(read(&deep, Integers::Number), Err(ReadError::Syntax));
        assert_eq!(
            transcode(b"{\"account\":\"\xff\"}", &ROW, Integers::Number, None),
            Err(ReadError::Syntax)
        );
    }
}
