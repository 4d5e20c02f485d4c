//! The JavaScript tables.
use super::text::{ascii, camel, class, quoted};
use super::{Printed, answers, code};
use shardd_wasm::engine::{Body, Ending, REMEMBERED_MS, judge};
use shardd_wasm::protocol::effect::{ACTION_WORDS, NUMBERS};
use shardd_wasm::protocol::{
    ACKS_MAX, AGAIN, Argument, CLIENT_OPTIONS, EDGES_MAX, EVENTS, FINAL_REASONS, FINGERPRINT, HELD,
    LEDGER_MAX_BYTES, Method, NONCE_MAX, NONCE_OWN, NOTE_MAX, OPERATIONS, OUTCOMES, OWNER_MAX_BYTES,
    OperationRow, PRODUCTION, PRODUCTION_HOST, Part, PartKind, REASONS, REFUSALS, REFUSED, REFUSED_KEYS,
    ROW_MAX_BYTES, Retry, SENTENCES, SPAN_MAX, TEXT_MAX, TTL_MIN_MS, Takes, error_row, option_sets,
    options_of,
};
use shardd_wasm::{Code, Outcome};
use std::fmt::Write as _;

const HEAD: &str = "// Printed by `cargo xtask generate` from src/protocol: change that, not this.\n";

type Print = fn() -> String;

pub fn all() -> Vec<Printed> {
    let files: [(&str, Print); 10] = [
        ("answers.js", answer_table),
        ("operations.js", operation_table),
        ("options.js", option_table),
        ("errors.js", class_table),
        ("codes.js", code_table),
        ("refusals.js", refusal_table),
        ("events.js", event_table),
        ("sentences.js", sentence_table),
        ("calls.js", code::calls),
        ("effects.js", effect_table),
    ];
    files
        .into_iter()
        .map(|(path, print)| Printed { path: path.into(), text: format!("{HEAD}{}", print()) })
        .collect()
}

fn constant(doc: &str, name: &str, value: &str) -> String {
    let doc = if doc.is_empty() { String::new() } else { format!("/** {doc} */\n") };
    format!("{doc}export const {name} = {value};\n")
}

/// An object of one line for each member.
fn members(rows: impl IntoIterator<Item = (String, String)>) -> String {
    let rows: String = rows.into_iter().map(|(name, value)| format!("  {name}: {value},\n")).collect();
    format!("{{\n{rows}}}")
}

fn answer_table() -> String {
    let sent = answers::objects().filter(|object| !object.fields.is_empty());
    let rows = sent.map(|object| (object.name.into(), quoted(&answers::string(object))));
    constant("What the ledger's answers look like, by the names of their shapes.", "SHAPES", &members(rows))
}

fn operation_table() -> String {
    let rows = OPERATIONS.iter().map(|row| (row.name.into(), quoted(&operation(row))));
    constant(
        "Each call: method, path, shape of the answer, set of options, then its arguments.",
        "OPERATIONS",
        &members(rows),
    ) + &constant(
        "What a write's nonce stands for beside its bucket and account, in this order; all else may differ between two calls for one write.",
        "FINGERPRINT",
        &quoted(&FINGERPRINT.join(" ")),
    )
}

fn operation(row: &OperationRow) -> String {
    let method = match row.method {
        Method::Open => "OPEN",
        method => method.http(),
    };
    let mut words = vec![method.to_owned(), row.path.into(), row.answer.into(), row.options.into()];
    words.extend(row.arguments.iter().map(argument));
    words.join(" ")
}

fn argument(argument: &Argument) -> String {
    let kind = match argument.takes {
        Takes::Name => "n",
        Takes::Segment => "s",
        Takes::Undeleted => "d",
        Takes::Whole => "w",
        Takes::Credit => "+",
        Takes::Debit => "-",
        Takes::Ttl => "l",
        Takes::Edge => "u?",
    };
    match argument.takes {
        // It is an option of every call.
        Takes::Edge => format!("{}:{kind}", argument.becomes),
        _ => format!("{}:{kind}{}", argument.name, argument.becomes),
    }
}

fn option_table() -> String {
    let client = CLIENT_OPTIONS.iter().map(|option| {
        let mut parts = vec![quoted(option.kind)];
        let default = option.default.replace('_', "");
        if !default.starts_with('"') || option.least.is_some() {
            parts.push(default);
        }
        parts.extend(option.least.map(|least| least.to_string()));
        (option.name.into(), format!("[{}]", parts.join(", ")))
    });
    let taken = option_sets().map(|set| {
        let base = if set.is_of_a_call() { vec!["call".to_owned()] } else { Vec::new() };
        let options = options_of(set);
        let options = options.iter().map(|option| format!("{}:{}", option.name, option.kind));
        (set.name.into(), quoted(&base.into_iter().chain(options).collect::<Vec<_>>().join(" ")))
    });
    let mut text = constant(
        "A client's options: the kind of each, its default, and the least that it may be. Of a choice the first is the default.",
        "CLIENT",
        &members(client),
    );
    text += "\n";
    text +=
        &constant("What calls can be told: sets of options, each with its kind.", "TAKES", &members(taken));
    text += "\n// Numbers of the checks.\n";
    let figures: [(&str, u64); 9] = [
        ("SPAN_MAX", SPAN_MAX),
        ("ACKS_MAX", ACKS_MAX),
        ("EDGES_MAX", EDGES_MAX as u64),
        ("NOTE_MAX", NOTE_MAX as u64),
        ("NONCE_MAX", NONCE_MAX as u64),
        ("ROW_MAX_BYTES", ROW_MAX_BYTES as u64),
        ("OWNER_MAX_BYTES", OWNER_MAX_BYTES as u64),
        ("LEDGER_MAX_BYTES", LEDGER_MAX_BYTES as u64),
        ("TTL_MIN_MS", TTL_MIN_MS),
    ];
    for (name, figure) in figures {
        text += &constant("", name, &figure.to_string());
    }
    text += &constant("", "NONCE_OWN", &quoted(&NONCE_OWN.join(" ")));
    text += &constant("", "PRODUCTION", &quoted(&PRODUCTION.join(" ")));
    text + &constant("", "PRODUCTION_HOST", &quoted(PRODUCTION_HOST))
}

fn class_table() -> String {
    let mut text = String::from(
        "import { subclass } from \"../shard-error.js\";\n\n// In the order of their numbers in the wasm.\n",
    );
    for code in Code::ALL {
        let (class, code) = (class(code.as_str()), code.as_str());
        text += &constant("", &class, &format!("subclass(\"{class}\", \"{code}\")"));
    }
    text
}

fn code_table() -> String {
    let codes = |mark: fn(Code) -> Option<&'static str>| {
        let marked = Code::ALL.iter().filter_map(|code| Some(format!("{}{}", code.as_str(), mark(*code)?)));
        quoted(&marked.collect::<Vec<_>>().join(" "))
    };
    let retryable = |code| match error_row(code).retry {
        Retry::Never => None,
        Retry::Later => Some(""),
        Retry::WhileUnknown => Some("?"),
    };
    constant("The codes, in the order of their numbers in the wasm.", "CODES", &codes(|_| Some("")))
        + &constant(
            "Those that the same request may get over later; with a question mark, only where nobody knows the outcome.",
            "RETRYABLE",
            &codes(retryable),
        )
        + &constant(
            "Reasons that no retry mends, whatever the code says.",
            "FINAL",
            &quoted(&FINAL_REASONS.join(" ")),
        )
        + &constant(
            "What is known of a write, by number.",
            "OUTCOMES",
            &quoted(&OUTCOMES.map(Outcome::as_str).join(" ")),
        )
}

/// What the verdict table calls an answer of this status and body whose text says nothing.
fn code_of(status: u16, body: Body) -> Option<Code> {
    judge(Ending::Status { status, body, text: "", after_ms: 0 }).code
}

/// The code of each refusal: that of its hundred, but for those that the verdict table tells apart.
fn status_table() -> String {
    type CodeOf<'a> = &'a dyn Fn(u16) -> Option<Code>;
    let table = |statuses: &[u16], code: CodeOf<'_>, usual: CodeOf<'_>| {
        let rows = statuses.iter().filter(|status| code(**status) != usual(**status));
        members(rows.filter_map(|status| Some((status.to_string(), quoted(code(*status)?.as_str())))))
    };
    let every: Vec<u16> = (300..600).collect();
    // The last status of a hundred has no row of its own.
    let of_hundred = |hundred: u16| code_of(hundred * 100 + 99, Body::Other);
    let other = |status| code_of(status, Body::Other);
    let funds = |status| code_of(status, Body::InsufficientFunds);
    let hundreds = table(&[3, 4, 5], &of_hundred, &|_| None);
    let special = table(&every, &other, &|status| of_hundred(status / 100));
    constant("The code of a refusal, by the hundred of its status.", "OF_HUNDRED", &hundreds)
        + &constant("The same by the status, where that has one of its own.", "OF_STATUS", &special)
        + &constant(
            "The same where the refusal is for want of funds.",
            "OF_FUNDS",
            &table(&every, &funds, &other),
        )
}

fn refusal_table() -> String {
    let sentences = REFUSALS.iter().map(|(code, sentence)| (code.as_str().into(), quoted(sentence)));
    let keys = REFUSED_KEYS.iter().map(|(reason, sentence)| ((*reason).into(), quoted(sentence)));
    let [write, other] = AGAIN;
    let mut codes: Vec<Code> = REASONS.iter().map(|(code, ..)| *code).collect();
    codes.dedup();
    let reasons = codes.into_iter().map(|code| {
        let rows = REASONS.iter().filter(|(of, ..)| *of == code);
        let rows: String = rows
            .map(|(_, from, to, reason)| {
                format!("    [{}, {}, {}],\n", quoted(from), quoted(to), quoted(reason))
            })
            .collect();
        (code.as_str().into(), format!("[\n{rows}  ]"))
    });
    status_table()
        + &constant(
            "What is said of a refusal, by its code; of all other codes OTHER, with the ledger's own words. {again} is how to ask again.",
            "SENTENCES",
            &members(sentences),
        )
        + &constant("", "OTHER", &quoted(REFUSED))
        + &constant("Where earlier charges' holds are why.", "HELD", &quoted(HELD))
        + &constant("", "AGAIN_WRITE", &quoted(write))
        + &constant("", "AGAIN_READ", &quoted(other))
        + &constant("What is said of an unauthorized call instead, by its reason.", "KEYS", &members(keys))
        + &constant(
            "Known refusals, by their code: how the ledger's text begins, what follows later, and the reason that users get. The first that fits counts.",
            "REASONS",
            &members(reasons),
        )
        + &constant(
            "The longest text of the ledger that is shown, in bytes.",
            "TEXT_MAX",
            &TEXT_MAX.to_string(),
        )
}

fn event_table() -> String {
    let rows = EVENTS.iter().map(|event| (event.name.into(), quoted(&parts(event.parts))));
    constant(
        "What `onEvent` is told: the fields of each. The wasm knows those before `call` by their numbers here.",
        "EVENTS",
        &members(rows),
    )
}

fn parts(parts: &[Part]) -> String {
    let part = |part: &Part| {
        let kind = match part.kind {
            PartKind::Edge => "e",
            PartKind::Number => "n",
            PartKind::Flag => "f",
            PartKind::Text | PartKind::Words(_) | PartKind::Code | PartKind::Outcome => "r",
        };
        format!("{}:{kind}{}", part.name, if part.nullable { "?" } else { "" })
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" ")
}

/// Each is an export of its own: bundlers put numbers in the place of their names.
fn effect_table() -> String {
    let mut text = String::new();
    text += &constant(
        "How long after its attempt's deadline a copy in doubt is remembered.",
        "REMEMBERED_MS",
        &REMEMBERED_MS.to_string(),
    );
    text += &constant(
        "How many words follow each action, in their order.",
        "ACTION_WORDS",
        &format!("{ACTION_WORDS:?}"),
    );
    for group in NUMBERS {
        text += &format!("\n// {}\n", super::text::told(group.doc));
        for (name, number, doc) in group.numbers {
            let name = format!("{}_{name}", group.name.to_uppercase());
            text += &constant(&super::text::told(doc), &name, &number.to_string());
        }
    }
    text
}

/// Each is an export, so that a bundle has only what it uses.
fn sentence_table() -> String {
    let mut text = String::new();
    for (name, sentence) in SENTENCES {
        let gaps = gaps(sentence);
        let value = if gaps.is_empty() {
            quoted(sentence)
        } else {
            let filled = gaps.iter().fold(sentence.replace('`', "\\`"), |text, gap| {
                text.replace(&format!("{{{gap}}}"), &format!("${{{gap}}}"))
            });
            format!("({}) => `{}`", gaps.join(", "), ascii(&filled))
        };
        // Writing to a String cannot fail.
        let _written = writeln!(text, "export const {} = {value};", camel(&name.to_lowercase()));
    }
    text
}

/// The names of what is put in.
fn gaps(sentence: &str) -> Vec<&str> {
    let after = sentence.split('{').skip(1);
    let inside = after.filter_map(|after| after.split_once('}').map(|(inside, _)| inside));
    inside.filter(|inside| inside.chars().all(|letter| letter.is_ascii_lowercase())).collect()
}
