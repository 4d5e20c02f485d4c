//! JSON as serde_json understands it, with the order of members, members that come twice and numbers as they are written.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Deeper than any reader of ours goes.
const DEPTH_MAX: u32 = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    Null,
    Flag(bool),
    /// As written.
    Number(String),
    /// As meant.
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    /// Anything, as written; parsing never gives it.
    Raw(String),
}

impl Tree {
    /// `None` where serde_json sees no JSON, or more of it than anybody needs.
    pub fn parse(body: &[u8]) -> Option<Tree> {
        let text = std::str::from_utf8(body).ok()?;
        Tree::of(serde_json::from_str(text).ok()?, 0)
    }

    fn of(raw: &RawValue, depth: u32) -> Option<Tree> {
        let text = raw.get();
        if depth > DEPTH_MAX {
            return None;
        }
        Some(match text.as_bytes()[0] {
            b'n' => Tree::Null,
            b't' | b'f' => Tree::Flag(text == "true"),
            b'"' => Tree::Text(serde_json::from_str(text).ok()?),
            b'[' => {
                let items = serde_json::Deserializer::from_str(text).deserialize_seq(Items).ok()?;
                Tree::List(items.into_iter().map(|item| Tree::of(item, depth + 1)).collect::<Option<_>>()?)
            }
            b'{' => {
                let members = serde_json::Deserializer::from_str(text).deserialize_map(Members).ok()?;
                let member = |(key, value)| Some((key, Tree::of(value, depth + 1)?));
                Tree::Object(members.into_iter().map(member).collect::<Option<_>>()?)
            }
            _ => Tree::Number(text.into()),
        })
    }

    /// The member of this name; the last one, as every reader has it.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        let Tree::Object(members) = self else { return None };
        members.iter().rfind(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// How deep values lie in this one, itself at 0.
    pub fn depth(&self) -> u32 {
        match self {
            Tree::List(items) => items.iter().map(|item| item.depth() + 1).max().unwrap_or(0),
            Tree::Object(members) => members.iter().map(|(_, value)| value.depth() + 1).max().unwrap_or(0),
            _ => 0,
        }
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(all)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(all)
    }
}

impl fmt::Display for Tree {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::Null => f.write_str("null"),
            Tree::Flag(flag) => write!(f, "{flag}"),
            Tree::Number(written) | Tree::Raw(written) => f.write_str(written),
            Tree::Text(text) => f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?),
            Tree::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Tree::Object(members) => {
                f.write_str("{")?;
                for (at, (key, value)) in members.iter().enumerate() {
                    let key = serde_json::to_string(key).map_err(|_| fmt::Error)?;
                    write!(f, "{}{key}:{value}", if at == 0 { "" } else { "," })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[test]
fn keeps_what_serde_json_sees_and_refuses_what_it_refuses() {
    let text = r#"{"a":[1e400,-0],"a":"é"}"#;
    assert_eq!(Tree::parse(text.as_bytes()).unwrap().to_string(), text);
    for text in [r#"{"a":"\ud800"}"#, "{} x", "\u{feff}{}", "[01]", ""] {
        assert_eq!(Tree::parse(text.as_bytes()), None, "{text}");
    }
}
