//! Answers on their way out, by serde: what the catalogue calls money or an expiry is a bigint where that is wanted.

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_wasm_bindgen::Serializer as ToJs;
use wasm_bindgen::JsValue;

use crate::api::Operation;
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::protocol::{Field, LOST_ANSWER, Reservation, Shape};
use crate::reply::Answer;

/// Plain objects, and null for what is absent.
const TO_JS: ToJs = ToJs::json_compatible();

/// The JavaScript value of what serde can write.
pub(super) fn object(value: &impl Serialize) -> Result<JsValue, ShardError> {
    value.serialize(&TO_JS).map_err(|_| lost())
}

/// The answer to an operation.
pub(super) fn shown(
    operation: &Operation,
    answer: &Answer,
    integers: Integers,
) -> Result<JsValue, ShardError> {
    let fields = if operation.hold_ttl_ms.is_some() { Reservation::OWN } else { operation.fields };
    // The write that came back with it is proven.
    read(&answer.json, fields, integers).map_err(|mut error| {
        error.idempotency_nonce = operation.write.as_ref().map(|write| write.nonce.clone());
        if operation.write.is_some() {
            error.outcome = crate::error::Outcome::Applied;
        }
        error
    })
}

/// The object that the reader made of an answer with these fields.
pub(super) fn read(json: &str, fields: &'static [Field], integers: Integers) -> Result<JsValue, ShardError> {
    let value: Value = serde_json::from_str(json).map_err(|_| lost())?;
    object(&Shown { value: &value, shape: &Shape::Object(fields), integers })
}

fn lost() -> ShardError {
    ShardError::new(Code::Internal, LOST_ANSWER)
}

/// A value of an answer, and what the catalogue calls it. (The structs of the Rust client do not know a counter from an expiry: both are
/// `u64`. The reader has checked the figures, and writes money as digits in bigint mode.)
struct Shown<'a> {
    value: &'a Value,
    shape: &'a Shape,
    integers: Integers,
}

impl Shown<'_> {
    fn of<'a>(&self, value: &'a Value, shape: &'a Shape) -> Shown<'a> {
        Shown { value, shape, integers: self.integers }
    }

    /// What a field of this name is; a text is as good as anything that the catalogue does not know.
    fn shape_of(&self, name: &str) -> &Shape {
        match self.shape {
            Shape::Object(fields) => {
                fields.iter().find(|field| field.name == name).map_or(&Shape::Text, |field| &field.shape)
            }
            Shape::Map(shape) => shape,
            _ => &Shape::Text,
        }
    }

    fn figure(&self) -> Option<BigFigure> {
        let is_money = matches!(self.shape, Shape::Money | Shape::Hold);
        let digits = self.value.as_str().filter(|_| is_money && self.integers == Integers::BigInt)?;
        // An expiry may be as large as a `u64`.
        digits.parse().ok().map(BigFigure)
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.value, self.shape) {
            (Value::Array(rows), Shape::List(shape)) => {
                serializer.collect_seq(rows.iter().map(|row| self.of(row, shape)))
            }
            (Value::Object(members), _) => serializer
                .collect_map(members.iter().map(|(name, value)| (name, self.of(value, self.shape_of(name))))),
            (value, _) => match self.figure() {
                Some(figure) => figure.serialize(serializer),
                None => value.serialize(serializer),
            },
        }
    }
}

/// A figure as a bigint.
struct BigFigure(i128);

impl Serialize for BigFigure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i128(self.0)
    }
}

/// Credits or a time: a bigint where that is wanted, and where a number would round it.
pub(super) struct Figure {
    pub(super) credits: i64,
    pub(super) integers: Integers,
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.integers == Integers::BigInt || !self.integers.holds(self.credits) {
            serializer.serialize_i128(self.credits.into())
        } else {
            serializer.serialize_i64(self.credits)
        }
    }
}
