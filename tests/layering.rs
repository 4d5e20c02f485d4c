//! Who may import whom, read from the sources: policy stays pure, I/O stays thin, nobody imports `js`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// A folder or file of `src/`, and the modules of the crate that it may name.
const MAY_NAME: [(&str, &[&str]); 14] = [
    ("engine", &["engine", "error"]),
    ("json", &["json", "text"]),
    ("text.rs", &[]),
    ("platform", &["platform", "error"]),
    ("error.rs", &[]),
    ("argument.rs", &["error", "text"]),
    ("answer.rs", &["json"]),
    ("types", &["types"]),
    ("idempotency", &["idempotency", "platform"]),
    ("durable", &["durable", "answer", "api", "engine", "idempotency", "json", "platform"]),
    ("module.rs", &["engine", "platform"]),
    ("owner.rs", &["error", "key", "text"]),
    ("api", &["answer", "api", "argument", "error", "json", "text"]),
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

/// The modules of the crate that some code names by `crate::` or from the top by `super::`.
fn named(code: &str) -> Vec<&str> {
    code.match_indices("crate::")
        .map(|(at, _)| &code[at + "crate::".len()..])
        .map(|rest| {
            rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")
        })
        .filter(|name| !name.is_empty() && name.chars().all(|letter| !letter.is_uppercase()))
        .collect()
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
fn nobody_imports_js() {
    for file in sources(&src()) {
        if file.starts_with(src().join("js")) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        assert!(!named(&code(&text)).contains(&"js"), "{} imports js", file.display());
    }
}

#[test]
fn the_engine_is_pure() {
    for file in sources(&src().join("engine")) {
        let text = fs::read_to_string(&file).unwrap();
        let found = impurities(&code(&text));
        assert!(found.is_empty(), "{} names {found:?}", file.display());
    }
}

#[test]
fn these_tests_can_fail() {
    assert_eq!(named("use crate::js::Shardd; crate::engine::judge()"), ["js", "engine"]);
    assert_eq!(impurities("let now = Instant::now(); fn is_async_like() {}"), ["Instant"]);
    assert_eq!(impurities("pub async fn wait() { sleep().await }"), ["async", "await"]);
}
