//! What must come of a body, worked out the slow way from what serde_json makes of it.

use shardd_wasm::json::Integers;
use shardd_wasm::protocol::{Field, Shape};

use crate::tree::Tree;

/// Unknown values may be nested so deep.
pub const DEPTH_MAX: u32 = 64;
const SAFE_MAX: u128 = (1 << 53) - 1;

#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    /// Not what was promised.
    Bad,
    /// Right, but for a figure that no number holds.
    Beyond,
    /// What the user sees.
    Given(Tree),
}

/// What users see where an optional field is null or missing.
fn blank(field: &Field) -> Tree {
    if matches!(field.shape, Shape::List(_)) { Tree::List(Vec::new()) } else { Tree::Null }
}

pub fn decoded(
    body: Option<&Tree>,
    fields: &'static [Field],
    integers: Integers,
    bucket: Option<&str>,
) -> Decoded {
    let mut model = Model { integers, bucket, beyond: false };
    match body.and_then(|tree| model.value(tree, &Shape::Object(fields))) {
        None => Decoded::Bad,
        Some(_) if model.beyond => Decoded::Beyond,
        Some(tree) => Decoded::Given(tree),
    }
}

struct Model<'a> {
    integers: Integers,
    bucket: Option<&'a str>,
    beyond: bool,
}

impl Model<'_> {
    /// `None` where the value is not of this shape.
    fn value(&mut self, tree: &Tree, shape: &Shape) -> Option<Tree> {
        match (shape, tree) {
            (Shape::Text, Tree::Text(_)) | (Shape::Flag, Tree::Flag(_)) => Some(tree.clone()),
            (Shape::Bucket, Tree::Text(name)) => {
                let internal = name.starts_with("user_") && name.contains("__bucket_");
                Some(Tree::Text(self.bucket.filter(|_| internal).unwrap_or(name).into()))
            }
            (Shape::Money | Shape::Hold | Shape::Count, Tree::Number(written)) => self.whole(written, shape),
            (Shape::Object(fields), Tree::Object(members)) => self.object(members, fields),
            (Shape::List(item), Tree::List(items)) => {
                items.iter().map(|each| self.value(each, item)).collect::<Option<_>>().map(Tree::List)
            }
            (Shape::Map(item), Tree::Object(members)) => {
                let mut map = Vec::new();
                for (key, value) in members {
                    if key == "__proto__" {
                        shallow(value)?;
                        continue;
                    }
                    map.push((key.clone(), self.value(value, item)?));
                }
                Some(Tree::Object(map))
            }
            _ => None,
        }
    }

    fn whole(&mut self, written: &str, shape: &Shape) -> Option<Tree> {
        let value: i128 = written.parse().ok()?;
        let range = match shape {
            Shape::Money => i128::from(i64::MIN)..=i128::from(i64::MAX),
            _ => 0..=i128::from(u64::MAX),
        };
        if !range.contains(&value) {
            return None;
        }
        if self.integers == Integers::BigInt && !matches!(shape, Shape::Count) {
            return Some(Tree::Text(value.to_string()));
        }
        self.beyond |= self.integers != Integers::Exact && value.unsigned_abs() > SAFE_MAX;
        Some(Tree::Number(value.to_string()))
    }

    fn object(&mut self, members: &[(String, Tree)], fields: &[Field]) -> Option<Tree> {
        let mut given: Vec<(String, Tree)> = Vec::new();
        let mut seen = Vec::new();
        for (key, value) in members {
            if let Some(field) = fields.iter().find(|field| field.wire == key) {
                if seen.contains(&field.wire) {
                    return None;
                }
                seen.push(field.wire);
                let value = match value {
                    Tree::Null if field.optional => blank(field),
                    value => self.value(value, &field.shape)?,
                };
                given.push((field.name.into(), value));
                continue;
            }
            shallow(value)?;
            let name = users_spelling(key);
            let meta = self.bucket.is_some() && name == "meta";
            if !meta && key != "__proto__" && fields.iter().all(|field| field.name != name) {
                given.push((name, self.unharmed(value)));
            }
        }
        for field in fields.iter().filter(|field| !seen.contains(&field.wire)) {
            if !field.optional {
                return None;
            }
            given.push((field.name.into(), blank(field)));
        }
        Some(Tree::Object(given))
    }

    /// What nobody promised: figures that the caller's numbers do not hold become text.
    fn unharmed(&self, tree: &Tree) -> Tree {
        match tree {
            Tree::Number(written) if !self.holds(written) => Tree::Text(written.clone()),
            Tree::List(items) => Tree::List(items.iter().map(|item| self.unharmed(item)).collect()),
            Tree::Object(members) => Tree::Object(
                members
                    .iter()
                    .filter(|(key, _)| key != "__proto__")
                    .map(|(key, value)| (key.clone(), self.unharmed(value)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn holds(&self, written: &str) -> bool {
        if let Some((_, exponent)) = written.split_once(['e', 'E']) {
            return written.trim_start_matches('-').len() <= 100
                && exponent.trim_start_matches(['+', '-']).len() <= 2;
        }
        if written.contains('.') {
            return written.trim_start_matches('-').len() <= 100;
        }
        let most = if self.integers == Integers::Exact { i64::MAX as u128 } else { SAFE_MAX };
        written.parse::<i128>().is_ok_and(|value| value.unsigned_abs() <= most)
    }
}

fn shallow(value: &Tree) -> Option<()> {
    (value.depth() < DEPTH_MAX).then_some(())
}

fn users_spelling(key: &str) -> String {
    let (lead, rest) = if let Some(rest) = key.strip_prefix('_') { ("_", rest) } else { ("", key) };
    let mut parts = rest.split('_');
    let mut name = lead.to_owned() + parts.next().unwrap();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}
