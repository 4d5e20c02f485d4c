//! Which crate the bytes of the wasm come from.
use crate::screen::say;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// How many crates are listed by name.
const TOP: usize = 10;

/// Bytes by origin, largest first, as the `name` section tells it.
pub fn by_crate(wasm: &Path) -> Result<Vec<(String, usize)>> {
    let bytes = std::fs::read(wasm)?;
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut data = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::ImportSection(imports) => imported = count_functions(imports)?,
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(section) => data = section.range().len(),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    names = function_names(section)?;
                }
            }
            _ => {}
        }
    }
    let mut origins = BTreeMap::from([("(data)".to_owned(), data)]);
    for (index, body) in (imported..).zip(bodies) {
        let origin = names.get(&index).map_or("(unnamed)", |name| origin(name)).to_owned();
        *origins.entry(origin).or_default() += body;
    }
    let mut origins: Vec<(String, usize)> = origins.into_iter().collect();
    origins.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    Ok(origins)
}

pub fn print(origins: &[(String, usize)]) {
    say("\n  bytes by crate (optimised, not compressed)");
    for (origin, size) in origins.iter().take(TOP) {
        say(format_args!("  {origin:<22} {size:>9}"));
    }
    let others: usize = origins.iter().skip(TOP).map(|(_, size)| size).sum();
    say(format_args!("  {:<22} {others:>9}", "all others"));
}

fn count_functions(imports: wasmparser::ImportSectionReader) -> Result<u32> {
    let mut count = 0;
    for import in imports.into_imports() {
        if matches!(import?.ty, wasmparser::TypeRef::Func(_) | wasmparser::TypeRef::FuncExact(_)) {
            count += 1;
        }
    }
    Ok(count)
}

fn function_names(section: wasmparser::NameSectionReader) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for part in section {
        if let Name::Function(functions) = part? {
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, format!("{:#}", rustc_demangle::demangle(naming.name)));
            }
        }
    }
    Ok(names)
}

/// The crate in `<alloc[0f3a]::vec::Vec<T> as core::fmt::Debug>::fmt` is `alloc`.
fn origin(name: &str) -> &str {
    if name.ends_with(" shim") {
        return "(exports)";
    }
    let start = name.trim_start_matches(['<', '&', '*', '(', '[']);
    let start = start.trim_start_matches("mut ").trim_start_matches("dyn ");
    let end = start.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(start.len());
    let (origin, rest) = start.split_at(end);
    if rest.starts_with("::") || rest.starts_with('[') { origin } else { "(other)" }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn names_lead_to_crates() {
        assert_eq!(origin("<alloc::vec::Vec<T> as core::fmt::Debug>::fmt"), "alloc");
        assert_eq!(origin("core::fmt::Formatter::pad"), "core");
        assert_eq!(origin("<&mut shardd_wasm::client::Client>::charge"), "shardd_wasm");
        assert_eq!(origin("<char as core[c593]::fmt::Debug>::fmt"), "(other)");
        assert_eq!(origin("core[c593]::str::slice_error_fail"), "core");
        assert_eq!(origin("shardd_new externref shim"), "(exports)");
        assert_eq!(origin("memcpy"), "(other)");
    }
}
