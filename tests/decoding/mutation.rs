//! Bodies made up by chance: recorded ones with members doubled, renamed, respelled, retyped and nested, then cut and
//! flipped as bytes.

use shardd_wasm::platform::sim::Random;

use crate::tree::Tree;

const NUMBERS: [&str; 31] = [
    "0",
    "-0",
    "1",
    "-1",
    "9007199254740991",
    "-9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890123456789012345678901234567890",
    "1.0",
    "-0.0",
    "0.1",
    "1e3",
    "1E+3",
    "12345678901234567890.5",
    "1e300",
    "1e307",
    "1e308",
    "1e309",
    "-1e400",
    "1e-400",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "01",
    "1.",
];
const TEXTS: [&str; 17] = [
    r#""""#,
    r#""insufficient_funds""#,
    r#""user_00000000-0000-4000-8000-000000000001__bucket_6d""#,
    r#""bucket 'user_1__bucket_6d' was permanently deleted""#,
    r#""reservation 'r' has expired""#,
    r#""no libp2p nodes discovered""#,
    r#""dashboard auth is not configured""#,
    r#""standard""#,
    r#""\u0000""#,
    r#""\ud83d\udcb0""#,
    r#""\udbff\udffe""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud800\u0041""#,
    "\"\u{2028}\u{10ffff}\"",
    "\"\t\"",
    r#""\v""#,
];
const KEYS: [&str; 14] = [
    "__proto__",
    "constructor",
    "meta",
    "_",
    "",
    "a_b",
    "aB",
    "error",
    "hint",
    "balance",
    "limit",
    "available_balance",
    "availableBalance",
    "deduplicated",
];
/// What JSON is made of.
const LETTERS: &[u8] = b"{}[]\",:\\/u0019dDtfnslae-+.E \n\t\x00\x1f\x7f\xc3\xa9\xef\xbb\xbf\xff";

/// A body made from `tree`.
pub fn body(tree: &Tree, random: &mut Random) -> Vec<u8> {
    let mut tree = tree.clone();
    for _ in 0..pick(&[0, 1, 1, 1, 2, 3], random) {
        change(&mut tree, random);
    }
    let mut text = String::new();
    spell(&tree, random, &mut text);
    let mut bytes = text.into_bytes();
    if random.chance(20) {
        for _ in 0..random.between(1, 3) {
            damage(&mut bytes, random);
        }
    }
    bytes
}

/// Any bytes.
pub fn noise(random: &mut Random) -> Vec<u8> {
    let length = random.between(0, 60);
    (0..length).map(|_| if random.chance(90) { pick(LETTERS, random) } else { random.draw() as u8 }).collect()
}

fn pick<T: Copy>(from: &[T], random: &mut Random) -> T {
    from[random.between(0, from.len() as u64 - 1) as usize]
}

/// Changes one thing somewhere in `tree`.
fn change(tree: &mut Tree, random: &mut Random) {
    match tree {
        Tree::Object(members) if !members.is_empty() && random.chance(90) => {
            let at = random.between(0, members.len() as u64 - 1) as usize;
            match random.between(0, 11) {
                0 => drop(members.remove(at)),
                1 => members.insert(random.between(0, at as u64) as usize, members[at].clone()),
                2 => members.push((members[at].0.clone(), value(random))),
                3 => members[at].0 = pick(&KEYS, random).into(),
                4 | 10 | 11 => members.insert(at, (pick(&KEYS, random).into(), value(random))),
                5 => {
                    let camel = camel(&members[at].0);
                    members.insert(random.between(0, at as u64) as usize, (camel, value(random)));
                }
                6 => {
                    let other = random.between(0, members.len() as u64 - 1) as usize;
                    members.swap(at, other);
                }
                _ => change(&mut members[at].1, random),
            }
        }
        Tree::List(items) if !items.is_empty() && random.chance(90) => {
            let at = random.between(0, items.len() as u64 - 1) as usize;
            match random.between(0, 5) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => items.insert(at, value(random)),
                _ => change(&mut items[at], random),
            }
        }
        Tree::Number(_) if random.chance(70) => *tree = Tree::Raw(pick(&NUMBERS, random).into()),
        Tree::Text(_) if random.chance(70) => *tree = Tree::Raw(pick(&TEXTS, random).into()),
        other => *other = value(random),
    }
}

fn value(random: &mut Random) -> Tree {
    match random.between(0, 9) {
        0 => Tree::Null,
        1 => Tree::Flag(random.chance(50)),
        2 => Tree::List(Vec::new()),
        3 => Tree::Object(vec![(pick(&KEYS, random).into(), Tree::Raw(pick(&NUMBERS, random).into()))]),
        4 => {
            // On both sides of what we and what serde_json take.
            let depth = pick(&[1, 2, 30, 61, 62, 63, 64, 65, 127, 128, 129], random);
            let (open, close) = pick(&[("[", "]"), (r#"{"a":"#, "}"), (r#"{"__proto__":"#, "}")], random);
            Tree::Raw(open.repeat(depth) + pick(&NUMBERS, random) + &close.repeat(depth))
        }
        5 | 6 => Tree::Raw(pick(&TEXTS, random).into()),
        _ => Tree::Raw(pick(&NUMBERS, random).into()),
    }
}

fn camel(key: &str) -> String {
    let mut parts = key.split('_');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |name, part| {
        name + &part[..part.len().min(1)].to_uppercase() + part.get(1..).unwrap_or("")
    })
}

/// Writes `tree` in one of the many ways that mean the same.
fn spell(tree: &Tree, random: &mut Random, out: &mut String) {
    space(random, out);
    match tree {
        Tree::Text(text) => quote(text, random, out),
        Tree::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                spell(item, random, out);
            }
            space(random, out);
            out.push(']');
        }
        Tree::Object(members) => {
            out.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                space(random, out);
                quote(key, random, out);
                space(random, out);
                out.push(':');
                spell(value, random, out);
            }
            space(random, out);
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
    space(random, out);
}

fn space(random: &mut Random, out: &mut String) {
    if random.chance(3) {
        out.push(pick(&[' ', '\n', '\r', '\t'], random));
    }
}

fn quote(text: &str, random: &mut Random, out: &mut String) {
    if !random.chance(8) {
        out.push_str(&Tree::Text(text.into()).to_string());
        return;
    }
    out.push('"');
    for letter in text.chars() {
        let plain = !matches!(letter, '"' | '\\') && letter >= ' ';
        if plain && random.chance(70) {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let code =
                    if random.chance(50) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                out.push_str(&code);
            }
        }
    }
    out.push('"');
}

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.between(0, bytes.len() as u64 - 1) as usize;
    match random.between(0, 5) {
        0 => bytes.truncate(at),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, pick(LETTERS, random)),
        3 => bytes[at] = pick(LETTERS, random),
        4 => bytes[at] ^= 1 << random.between(0, 7),
        _ => {
            let end = (at + random.between(1, 20) as usize).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let to = random.between(0, bytes.len() as u64) as usize;
            bytes.splice(to..to, piece);
        }
    }
}
