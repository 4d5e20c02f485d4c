//! The tables of the documentation, between `<!-- catalogue: name -->` and `<!-- /catalogue -->`.
use super::answers;
use super::text::{class, first_sentence};
use super::typings::{is_in_words, last_argument, reasons};
use anyhow::{Context, Result, bail};
use shardd_wasm::Code;
use shardd_wasm::protocol::{
    CALL_OPTIONS, CLIENT_OPTIONS, ClientOption, EVENTS, FUNDS_TYPE, OF_CALL, OPERATIONS, OperationRow, Takes,
    error_row, option_set, options_of,
};
use std::collections::BTreeMap;

/// What has such tables.
pub const FILES: [&str; 1] = ["README.md"];

const BEGIN: &str = "<!-- catalogue: ";
const END: &str = "<!-- /catalogue -->";
/// An object of more fields than this is described in words.
const FIELDS_MAX: usize = 8;

pub fn filled(document: &str) -> Result<String> {
    let mut text = String::new();
    let mut rest = document;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(" -->\n").context("a marker of the catalogue does not end")?;
        let (_, after) = after.split_once(END).with_context(|| format!("the table {name} has no {END}"))?;
        text += &format!("{before}{BEGIN}{name} -->\n{}{END}", printed(name)?);
        rest = after;
    }
    Ok(super::parity::filled(&(text + rest)))
}

fn printed(name: &str) -> Result<String> {
    Ok(match name {
        "calls" => calls(),
        "options of a write" => write_options(),
        "options" => options(),
        "errors" => errors(),
        "events" => events(),
        other => bail!("a document asks for {other:?}, which is nothing of the catalogue"),
    })
}

/// A cell may have no bar of its own.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn uncapital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    // An abbreviation keeps its capitals.
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

fn calls() -> String {
    let mut text = String::from("| call | does | resolves to |\n|---|---|---|\n");
    let mut first_of = BTreeMap::new();
    for row in OPERATIONS {
        let before = first_of.get(row.result).copied();
        first_of.entry(row.result).or_insert(row.name);
        let result = before.map_or_else(|| result(row), |name: &str| format!("as `{name}`"));
        text += &format!(
            "| `{}` | {} | {} |\n",
            signature(row),
            cell(&uncapital(&first_sentence(row.doc))),
            cell(&result)
        );
    }
    text
}

fn signature(row: &OperationRow) -> String {
    let argument = |argument: &shardd_wasm::protocol::Argument| {
        format!("{}{}", argument.name, if argument.takes == Takes::Edge { "?" } else { "" })
    };
    let arguments = row.arguments.iter().map(argument).chain([format!("{}?", last_argument(row))]);
    format!("{}({})", row.name, arguments.collect::<Vec<_>>().join(", "))
}

fn result(row: &OperationRow) -> String {
    let Some(object) = answers::named(row.result) else { return row.result.into() };
    let names = answers::names(object);
    if names.len() > FIELDS_MAX {
        return uncapital(&first_sentence(object.doc));
    }
    format!("`{{ {} }}`", names.join(", "))
}

fn write_options() -> String {
    let listed =
        |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let of = |name: &str| {
        option_set(name)
            .map(options_of)
            .unwrap_or_default()
            .iter()
            .map(|option| option.name)
            .collect::<Vec<_>>()
    };
    let charge = of("charge");
    let more = of("create").into_iter().filter(|name| !charge.contains(name)).collect();
    let any = CALL_OPTIONS.options.iter().map(|option| option.name).collect();
    format!(
        "Options of a write: {}; `createEvent` also takes {}. Every call takes {} (`edge`: that one, no failover).\n",
        listed(charge),
        listed(more),
        listed(any)
    )
}

fn options() -> String {
    let mut text = String::from("| option | default | meaning |\n|---|---|---|\n");
    for option in CLIENT_OPTIONS {
        text += &format!(
            "| `{}` | {} | {} |\n",
            option.name,
            default(option),
            cell(&uncapital(&first_sentence(option.doc)))
        );
    }
    text
}

fn events() -> String {
    let names: Vec<String> = EVENTS.iter().map(|event| format!("`{}`", event.name)).collect();
    let of_call: Vec<String> = OF_CALL.iter().map(|part| format!("`{}`", part.name)).collect();
    format!(
        "`onEvent` hears {}; the typings say what each has. An event of a call has {} too.\n",
        names.join(", "),
        of_call.join(", ")
    )
}

fn default(option: &ClientOption) -> String {
    let default = option.default.replace('_', "");
    match &*default {
        words if is_in_words(option.kind) => words.trim_matches('"').into(),
        bytes if option.name.ends_with("Bytes") => {
            format!("{} MiB", bytes.parse::<u64>().unwrap_or(0) / (1 << 20))
        }
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => number.into(),
        value => format!("`{value}`"),
    }
}

fn errors() -> String {
    let mut text = String::from("| class | `code` | when |\n|---|---|---|\n");
    for code in Code::ALL {
        let row = error_row(code);
        let mut when = vec![uncapital(code.meaning().trim().trim_end_matches('.'))];
        when.extend((!row.more.is_empty()).then(|| row.more.to_owned()));
        let mut members: Vec<String> = row.members.iter().map(|(name, ..)| format!("`{name}`")).collect();
        if let Some(funds) = (code == Code::InsufficientFunds).then(|| answers::named(FUNDS_TYPE)).flatten() {
            members.extend(answers::names(funds).iter().map(|name| format!("`{name}`")));
        }
        when.extend((!members.is_empty()).then(|| format!("has {}", members.join(", "))));
        let reasons = reasons(code);
        when.extend((!reasons.is_empty()).then(|| format!("`reason`: {}", reasons.join(", "))));
        text +=
            &format!("| `{}` | `{}` | {} |\n", class(code.as_str()), code.as_str(), cell(&when.join("; ")));
    }
    text
}
