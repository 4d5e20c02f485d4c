//! The typings: a template with what only people can write, and in the place of its lines `//# …` what the catalogue has.
use super::answers;
use super::text::{camel, class, comment, told};
use anyhow::{Result, bail};
use shardd_wasm::Code;
use shardd_wasm::protocol::{
    Argument, CLIENT_OPTIONS, EVENTS, FUNDS_TYPE, NOT_OF_CLASS, Notice, OF_CALL, OPERATIONS, OUTCOMES,
    OperationRow, OptionSet, Part, PartKind, Takes, error_row, option_set, option_sets,
};

/// Where the prose around the members is.
pub const TEMPLATE: &str = "src/protocol/shardd.d.ts";
/// Where the typings go.
pub const OUT: &str = "pkg-template/generated/shardd.d.ts";
/// Where those of the class go.
pub const CLASS_OUT: &str = "src/js/shardd.d.ts";

const HEAD: &str = "// Printed by `cargo xtask generate` from src/protocol: change that, not this.\n";
const DIRECTIVE: &str = "//# ";
/// Events that the package's JavaScript tells: the class has no number for a call.
const OF_JAVASCRIPT: [&str; 2] = ["call", "outcome"];

/// Whose typings: the template has lines for one alone, from `//# the package alone` or `//# the class alone` to `//# both`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// What npm installs.
    Package,
    /// What wasm-pack makes of the crate.
    Class,
}

pub fn filled(template: &str, edition: Edition) -> Result<String> {
    let mut text = String::from(HEAD);
    let mut alone = None;
    for line in template.lines() {
        let directive = line.trim_start().strip_prefix(DIRECTIVE);
        match directive {
            Some("the package alone") => alone = Some(Edition::Package),
            Some("the class alone") => alone = Some(Edition::Class),
            Some("both") => alone = None,
            _ if alone.is_some_and(|alone| alone != edition) => {}
            Some(directive) => text += &printed(directive, edition)?,
            None => {
                text += line;
                text += "\n";
            }
        }
    }
    Ok(text)
}

impl Edition {
    fn has(self, option: &str) -> bool {
        self == Edition::Package || !NOT_OF_CLASS.contains(&option)
    }
}

fn printed(directive: &str, edition: Edition) -> Result<String> {
    Ok(match directive {
        "client options" => client_options(edition),
        "options of calls" => {
            let sets = option_sets().filter(|set| !set.type_name.is_empty());
            separated(sets.map(|set| interface_of(set, edition)))
        }
        "answers" => separated(
            answers::objects().filter(|object| object.type_name != FUNDS_TYPE).map(answers::interface),
        ),
        "events" => events(edition),
        "operations" => OPERATIONS.iter().map(|row| method(row)).collect(),
        "codes" => codes(),
        "errors" => Code::ALL.into_iter().map(|code| error_class(code, edition)).collect(),
        "every error" => every_error(),
        other => bail!("the template of the typings asks for {other:?}, which is nothing of the catalogue"),
    })
}

fn separated(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}

fn member(name: &str, type_name: &str, doc: &str) -> String {
    format!("{}  {name}?: {type_name} | undefined;\n", comment(doc, "  "))
}

fn client_options(edition: Edition) -> String {
    let option = |option: &shardd_wasm::protocol::ClientOption| {
        let default = option.default.replace('_', "");
        let default = match &*default {
            "\"none\"" => String::new(),
            _ if is_in_words(option.kind) => format!(" Default: {}.", default.trim_matches('"')),
            default => format!(" Default `{default}`."),
        };
        member(option.name, option.type_name, &format!("{}{default}", told(option.doc)))
    };
    CLIENT_OPTIONS.iter().filter(|option| edition.has(option.name)).map(option).collect()
}

/// Whether the default of an option of this kind is said in words.
pub fn is_in_words(kind: &str) -> bool {
    ["edges", "function", "owner", "ledger", "store", "signal"].contains(&kind)
}

fn interface_of(set: &OptionSet, edition: Edition) -> String {
    let doc = comment(set.doc, "");
    if let Some((whole, left_out)) = set.less {
        let whole = option_set(whole).map_or("", |whole| whole.type_name);
        let left_out: Vec<String> = left_out.iter().map(|name| format!("\"{name}\"")).collect();
        return format!("{doc}export type {} = Omit<{whole}, {}>;\n", set.type_name, left_out.join(" | "));
    }
    let base = if set.is_of_a_call() { " extends CallOptions" } else { "" };
    let options = set.options.iter().filter(|option| edition.has(option.name));
    let members: String = options.map(|option| member(option.name, option.type_name, option.doc)).collect();
    format!("{doc}export interface {}{base} {{\n{members}}}\n", set.type_name)
}

fn events(edition: Edition) -> String {
    let is_told = |event: &&Notice| edition == Edition::Package || !OF_JAVASCRIPT.contains(&event.name);
    let union = EVENTS.iter().filter(is_told).map(event).collect::<Vec<_>>().join("\n");
    if edition == Edition::Class {
        return format!("export type ShardEvent =\n{union};\n");
    }
    let of_call: String = OF_CALL.iter().map(|of| part(of, true)).collect();
    format!(
        "export type ShardEvent = Partial<OfCall> & (\n{union}\n);\n\n/** What every event of a call carries beside. */\nexport interface OfCall {{ {} }}\n",
        of_call.trim_end_matches("; ")
    )
}

fn event(event: &Notice) -> String {
    let parts: String = event.parts.iter().map(|each| part(each, false)).collect();
    let type_part = format!("type: \"{}\"", event.name);
    let parts = parts.trim_end_matches("; ");
    let joined = if parts.is_empty() { type_part } else { format!("{type_part}; {parts}") };
    format!("  /** {} */\n  | {{ {joined} }}", told(event.doc))
}

fn part(part: &Part, is_missing: bool) -> String {
    let type_name = match part.kind {
        PartKind::Edge | PartKind::Text => "string".into(),
        PartKind::Number => "number".into(),
        PartKind::Flag => "boolean".into(),
        PartKind::Code => "ShardErrorCode".into(),
        PartKind::Outcome => alternatives(&OUTCOMES.map(shardd_wasm::Outcome::as_str)),
        PartKind::Words(words) => {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
        }
    };
    match (part.nullable, is_missing) {
        (false, _) => format!("{}: {type_name}; ", part.name),
        (true, false) => format!("{}: {type_name} | null; ", part.name),
        (true, true) => format!("{}?: {type_name} | undefined; ", part.name),
    }
}

fn alternatives(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
}

fn method(row: &OperationRow) -> String {
    let result = answers::named(row.result).map_or_else(|| row.result.into(), answers::applied);
    let options = option_set(row.options).map_or("", |set| set.type_name);
    let mut arguments: Vec<String> = row.arguments.iter().map(argument).collect();
    arguments.push(format!("{}?: {options}", last_argument(row)));
    format!("{}  {}({}): Promise<{result}>;\n", comment(row.doc, "  "), row.name, arguments.join(", "))
}

/// What the options of an operation are called.
pub fn last_argument(row: &OperationRow) -> &'static str {
    let is_filter = option_set(row.options).is_some_and(|set| set.type_name.ends_with("Filter"));
    if is_filter { "filter" } else { "options" }
}

fn argument(argument: &Argument) -> String {
    let type_name = match argument.takes {
        Takes::Whole | Takes::Credit | Takes::Debit => "number | bigint",
        Takes::Ttl => "number",
        Takes::Name | Takes::Segment | Takes::Undeleted | Takes::Edge => "string",
    };
    let optional = if argument.takes == Takes::Edge { "?" } else { "" };
    format!("{}{optional}: {type_name}", argument.name)
}

fn codes() -> String {
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("\"{}\"", code.as_str())).collect();
    let lines: Vec<String> = codes.chunks(6).map(|line| format!("  | {}", line.join(" | "))).collect();
    format!("export type ShardErrorCode =\n{};\n", lines.join("\n"))
}

fn error_class(code: Code, edition: Edition) -> String {
    let kind = if edition == Edition::Package { "class" } else { "interface" };
    let row = error_row(code);
    let reasons = reasons(code);
    let more =
        if row.more.is_empty() { String::new() } else { format!(" {}.", super::text::capital(row.more)) };
    let reasons =
        if reasons.is_empty() { String::new() } else { format!(" `reason`: {}.", reasons.join(", ")) };
    let parameter = if is_generic(code) { "<I extends Integers = \"number\">" } else { "" };
    let mut text = comment(&format!("{}{more}{reasons}", code.meaning().trim()), "");
    text += &format!("export {kind} {}{parameter} extends ShardError {{\n", class(code.as_str()));
    text += &format!("  readonly code: \"{}\";\n", code.as_str());
    if code == Code::InsufficientFunds {
        text += &funds();
    }
    for (name, type_name, doc) in row.members {
        text += &format!("{}  readonly {name}?: {type_name} | undefined;\n", comment(doc, "  "));
    }
    text + "}\n"
}

/// The reasons that an error of this code may carry, in backticks.
pub fn reasons(code: Code) -> Vec<String> {
    let known =
        shardd_wasm::protocol::REASONS.iter().filter(|(of, ..)| *of == code).map(|(.., reason)| *reason);
    let mut reasons: Vec<String> = Vec::new();
    for reason in known.chain(error_row(code).reasons.iter().copied()) {
        let reason = format!("`{reason}`");
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn is_generic(code: Code) -> bool {
    code == Code::InsufficientFunds
        || error_row(code).members.iter().any(|(_, type_name, _)| type_name.contains("<I>"))
}

fn funds() -> String {
    use shardd_wasm::protocol::{Mark, Shape};
    let Some(funds) = answers::named(FUNDS_TYPE) else { return String::new() };
    let mut text = String::new();
    for field in funds.fields {
        text += &comment(field.doc, "  ");
        text += &match (field.shape, field.mark) {
            (Shape::Money, _) => format!("  readonly {}: ErrorFigure<I>;\n", camel(field.wire)),
            (Shape::Flag, Mark::No) => format!("  readonly {}: boolean;\n", camel(field.wire)),
            _ => format!("  readonly {}?: string | undefined;\n", camel(field.wire)),
        };
    }
    text
}

fn every_error() -> String {
    let classes: Vec<String> = Code::ALL
        .into_iter()
        .map(|code| format!("{}{}", class(code.as_str()), if is_generic(code) { "<I>" } else { "" }))
        .collect();
    let lines: Vec<String> = classes.chunks(5).map(|line| format!("  | {}", line.join(" | "))).collect();
    format!("export type ErrorOf<I extends Integers = \"number\"> =\n{};\n", lines.join("\n"))
}
