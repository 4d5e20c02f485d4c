//! One taxonomy: the codes of `engine/src/code.rs`, and what is printed from them, the JavaScript classes, the typings and the README's table,
//! tell the same errors in the same order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::Path;

use shardd_wasm::Code;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between `before` and the next `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not there"));
    rest.split_once(after).unwrap_or_else(|| panic!("{after:?} does not follow {before:?}")).0
}

/// The class of a code: `rate_limited` is `RateLimitedError`.
fn class(code: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    code.split('_').map(word).collect::<String>() + "Error"
}

fn codes() -> Vec<String> {
    Code::ALL.iter().map(|code| code.as_str().into()).collect()
}

/// Class and code.
fn pairs() -> Vec<(String, String)> {
    codes().into_iter().map(|code| (class(&code), code)).collect()
}

#[test]
fn a_javascript_class_for_every_code() {
    let source = text("pkg-template/generated/errors.js");
    let classes: Vec<(String, String)> = source
        .lines()
        .filter_map(|line| line.strip_prefix("export const "))
        .filter(|line| line.contains("= subclass("))
        .map(|line| {
            let name = line.split_once(' ').unwrap().0;
            let said: Vec<&str> = line.split('"').collect();
            assert_eq!(name, said[1], "a class is called as it is exported");
            (said[1].into(), said[3].into())
        })
        .collect();
    assert_eq!(classes, pairs());
}

#[test]
fn the_package_exports_every_class() {
    let source = text("pkg-template/surface.js");
    assert!(source.contains("export * from \"./generated/errors.js\";"));
    assert!(source.contains("export { ShardError, isShardError }"));
}

#[test]
fn the_typings_know_every_code_and_class() {
    let typings = text("pkg-template/generated/shardd.d.ts");
    let union = between(&typings, "export type ShardErrorCode =", ";");
    let said: Vec<&str> = union.split('"').skip(1).step_by(2).collect();
    assert_eq!(said, codes());

    let classes = typings.lines().filter_map(|line| line.strip_prefix("export class "));
    let errors = classes.filter(|line| line.contains(" extends ShardError "));
    let declared: Vec<&str> = errors.map(|line| line.split([' ', '<']).next().unwrap()).collect();
    let want: Vec<String> = pairs().into_iter().map(|(class, _)| class).collect();
    assert_eq!(declared, want);
}

#[test]
fn the_readme_has_a_row_for_every_class() {
    let readme = text("README.md");
    let rows: Vec<(String, String)> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|row| {
            let cells: Vec<&str> = row.split('`').collect();
            let is_error = cells.len() > 2 && cells[0].ends_with("Error") && cells[1] == " | ";
            is_error.then(|| (cells[0].into(), cells[2].into()))
        })
        .collect();
    assert_eq!(rows, pairs());
}
