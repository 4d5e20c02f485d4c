//! The README's table of the official clients: what people wrote of them stays, and what of ours stands nowhere in it is added as nobody else's.
use shardd_wasm::protocol::{CALL_OPTIONS, CLIENT_OPTIONS, OPERATIONS, OptionSet, option_set, options_of};

const BEGIN: &str = "<!-- parity -->\n";
const END: &str = "<!-- /parity -->";

/// A row: what its first cell says or the ones before it did, our names, and what the official clients have.
struct Row {
    line: String,
    kind: String,
    names: Vec<String>,
    is_ours_alone: bool,
}

pub fn filled(document: &str) -> String {
    let Some((before, rest)) = document.split_once(BEGIN) else { return document.into() };
    let Some((table, after)) = rest.split_once(END) else { return document.into() };
    let mut rows = rows(table);
    for (kind, names) in kinds() {
        add(&mut rows, &kind, &names);
    }
    let table: String = rows.iter().map(|row| format!("{}\n", row.line)).collect();
    format!("{before}{BEGIN}{table}{END}{after}")
}

/// What there is of ours, by the first cells of the table.
fn kinds() -> Vec<(String, Vec<&'static str>)> {
    let named = |set: &OptionSet| options_of(set).iter().map(|option| option.name).collect::<Vec<_>>();
    let of = |name: &str| option_set(name).map(named).unwrap_or_default();
    let mut kinds = vec![
        ("options".to_owned(), CLIENT_OPTIONS.iter().map(|option| option.name).collect()),
        ("calls".to_owned(), OPERATIONS.iter().map(|row| row.name).collect()),
        ("options of a write".to_owned(), of("create")),
        ("options of any call".to_owned(), CALL_OPTIONS.options.iter().map(|option| option.name).collect()),
        ("options of getAccount".to_owned(), of("account")),
    ];
    for row in OPERATIONS.iter().filter(|row| super::typings::last_argument(row) == "filter") {
        kinds.push((format!("filters of {}", row.name), of(row.options)));
    }
    kinds
}

fn rows(table: &str) -> Vec<Row> {
    let mut kind = String::new();
    let mut rows = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let Some(first) = cells.first().filter(|first| !first.is_empty()) {
            kind = (*first).to_owned();
        }
        let ours = cells.get(1).copied().unwrap_or("");
        let names = ours.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let is_ours_alone = cells.len() > 2 && cells.iter().skip(2).all(|cell| *cell == "–");
        rows.push(Row { line: line.to_owned(), kind: kind.clone(), names, is_ours_alone });
    }
    rows
}

fn add(rows: &mut Vec<Row>, kind: &str, names: &[&str]) {
    let of_kind = |row: &Row| row.kind == kind;
    let known: Vec<String> =
        rows.iter().filter(|row| of_kind(row)).flat_map(|row| row.names.clone()).collect();
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !known.iter().any(|known| known == *name))
        .map(|name| format!("`{name}`"))
        .collect();
    let Some(last) = rows.iter().rposition(of_kind).filter(|_| !missing.is_empty()) else { return };
    let missing = missing.join(", ");
    match rows.iter_mut().find(|row| of_kind(row) && row.is_ours_alone) {
        Some(row) => row.line = row.line.replacen("` | –", &format!("`, {missing} | –"), 1),
        None => {
            let line = format!("| | {missing} | – | – | – | – |");
            rows.insert(last + 1, Row { line, kind: kind.into(), names: Vec::new(), is_ours_alone: true });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_nowhere_is_nobody_elses() {
        let table = "| | here | a |\n|---|---|---|\n| options | `edges` | ✓ |\n| | `fetch`, `owner` | – |\n| calls | `charge` | ✓ |\n";
        let mut rows = rows(table);
        add(&mut rows, "options", &["edges", "owner", "newOne"]);
        add(&mut rows, "calls", &["charge", "newCall"]);
        let lines: Vec<&str> = rows.iter().skip(3).map(|row| row.line.as_str()).collect();
        assert_eq!(lines.first().copied(), Some("| | `fetch`, `owner`, `newOne` | – |"));
        assert!(lines.last().is_some_and(|line| line.starts_with("| | `newCall` | –")));
    }
}
