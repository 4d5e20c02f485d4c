//! Who may import whom, read from the sources: policy stays pure, I/O stays thin, nobody imports `js` or `kernel`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// A folder or file of `src/`, and the modules of the crate that it may name.
const MAY_NAME: [(&str, &[&str]); 14] = [
    ("protocol", &["engine", "protocol"]),
    ("json", &["json", "protocol", "text"]),
    ("text.rs", &[]),
    ("platform", &["platform", "error"]),
    ("error.rs", &["engine", "protocol"]),
    ("argument.rs", &["error", "protocol", "text"]),
    ("edge_url.rs", &["error", "protocol", "text"]),
    ("idempotency", &["idempotency", "platform"]),
    ("durable", &["durable", "api", "engine", "idempotency", "json", "platform", "protocol"]),
    ("module.rs", &["engine", "platform"]),
    ("owner.rs", &["error", "key", "protocol", "text"]),
    ("api", &["api", "argument", "error", "json", "protocol", "text"]),
    ("kernel", &["durable", "engine", "idempotency", "kernel", "protocol"]),
    (
        "js",
        &[
            "js",
            "api",
            "argument",
            "client",
            "driver",
            "durable",
            "engine",
            "error",
            "flights",
            "idempotency",
            "json",
            "key",
            "observe",
            "owner",
            "platform",
            "protocol",
            "reply",
            "text",
        ],
    ),
];

/// What the engine must not know of: waiting, wire formats, the platform, clocks and chance.
const IMPURE: [&str; 16] = [
    "async",
    "await",
    "Future",
    "serde",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "getrandom",
    "uuid",
    "SystemTime",
    "Instant",
    "std::thread",
    "std::env",
    "std::net",
    "HashMap",
];

fn sources(of: &Path) -> Vec<PathBuf> {
    if of.is_file() {
        return vec![of.to_owned()];
    }
    let entries = fs::read_dir(of).expect("a folder of the sources").map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"))
        .flat_map(|path| sources(&path))
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file: comments and doc examples are free to name what they like.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The modules of the crate that some code names: by `crate::one`, or by `crate::{one, two::Three}`.
fn named(code: &str) -> Vec<&str> {
    let rests = code.match_indices("crate::").map(|(at, _)| &code[at + "crate::".len()..]);
    let names = rests.flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => first_words(group),
        None => vec![word(rest)],
    });
    names.filter(|name| !name.is_empty() && name.chars().all(|letter| !letter.is_uppercase())).collect()
}

/// The word that a path begins with.
fn word(path: &str) -> &str {
    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")
}

/// The first words of the paths of a group, up to the brace that closes it.
fn first_words(group: &str) -> Vec<&str> {
    let (mut words, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            ',' if depth == 0 => {
                words.push(word(group[from..at].trim()));
                from = at + 1;
            }
            '}' if depth == 0 => {
                words.push(word(group[from..at].trim()));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    words
}

fn impurities(code: &str) -> Vec<&'static str> {
    let is_word = |at: usize, word: &str| {
        let edge =
            |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        edge(code[..at].chars().next_back()) && edge(code[at + word.len()..].chars().next())
    };
    IMPURE.into_iter().filter(|word| code.match_indices(word).any(|(at, _)| is_word(at, word))).collect()
}

#[test]
fn modules_import_only_what_they_may() {
    for (place, allowed) in MAY_NAME {
        for file in sources(&src().join(place)) {
            let text = fs::read_to_string(&file).unwrap();
            let code = code(&text);
            for name in named(&code) {
                assert!(allowed.contains(&name), "{} names crate::{name}", file.display());
            }
        }
    }
}

#[test]
fn nobody_imports_a_boundary() {
    for boundary in ["js", "kernel"] {
        for file in sources(&src()).iter().filter(|file| !file.starts_with(src().join(boundary))) {
            let text = fs::read_to_string(file).unwrap();
            assert!(!named(&code(&text)).contains(&boundary), "{} imports {boundary}", file.display());
        }
    }
}

#[test]
fn the_engine_is_pure() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine");
    for file in sources(&engine.join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let found = impurities(&code(&text));
        assert!(found.is_empty(), "{} names {found:?}", file.display());
    }
    let manifest = fs::read_to_string(engine.join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("dependencies]"), "the engine depends on nothing");
}

#[test]
fn these_tests_can_fail() {
    assert_eq!(named("use crate::js::Shardd; crate::engine::judge()"), ["js", "engine"]);
    assert_eq!(
        named("use crate::{js::{Shardd, error}, engine::judge,\n    text};"),
        ["js", "engine", "text"]
    );
    assert_eq!(impurities("let now = Instant::now(); fn is_async_like() {}"), ["Instant"]);
    assert_eq!(impurities("pub async fn wait() { sleep().await }"), ["async", "await"]);
}

/// The engine's plain types: the catalogue knows no more of the policy.
const PLAIN: [&str; 5] = ["Code", "EDGES_MAX", "Outcome", "Policy", "SETTLE_MIN_MS"];

#[test]
fn the_catalogue_names_plain_types_of_the_engine() {
    for file in sources(&src().join("protocol")) {
        let text = fs::read_to_string(&file).unwrap();
        for rest in code(&text).split("crate::engine::").skip(1) {
            let names = rest.strip_prefix('{').map_or_else(|| vec![word(rest)], first_words);
            assert!(names.iter().all(|name| PLAIN.contains(name)), "{} names {names:?}", file.display());
        }
    }
}
