//! Results and errors as people read them: in JavaScript's notation, a bigint with its `n`.

use shardd_wasm::{Answer, Funds, ShardError};

use crate::money::is_money;
use crate::tree::Tree;

const WIDTH: usize = 140;
const TEXT_MAX: usize = 400;

/// What a user sees of a call in bigint mode. Without its `n`s it must be what is seen in number mode.
pub fn in_bigints(result: &Result<Answer, ShardError>) -> Tree {
    match result {
        Ok(answer) => with_bigints(Tree::parse(answer.json.as_bytes()).expect("valid JSON"), ""),
        Err(error) => rejection(error, |figure| Tree::Raw(format!("{figure}n"))),
    }
}

/// What a user sees of a call in number mode.
pub fn in_numbers(result: &Result<Answer, ShardError>) -> Tree {
    match result {
        Ok(answer) => Tree::parse(answer.json.as_bytes()).expect("valid JSON"),
        Err(error) => rejection(error, |figure| Tree::Number(figure.to_string())),
    }
}

/// As the package's JavaScript does it: by name.
fn with_bigints(tree: Tree, name: &str) -> Tree {
    match tree {
        Tree::Text(digits) if is_money(name) => Tree::Raw(format!("{digits}n")),
        Tree::List(items) => Tree::List(items.into_iter().map(|item| with_bigints(item, name)).collect()),
        Tree::Object(members) => Tree::Object(
            members
                .into_iter()
                .map(|(key, value)| {
                    let value = with_bigints(value, &key);
                    (key, value)
                })
                .collect(),
        ),
        other => other,
    }
}

pub fn without_bigints(tree: Tree) -> Tree {
    match tree {
        Tree::Raw(bigint) => Tree::Number(bigint.trim_end_matches('n').into()),
        Tree::List(items) => Tree::List(items.into_iter().map(without_bigints).collect()),
        Tree::Object(members) => {
            Tree::Object(members.into_iter().map(|(key, value)| (key, without_bigints(value))).collect())
        }
        other => other,
    }
}

fn rejection(error: &ShardError, figure: impl Fn(i64) -> Tree) -> Tree {
    let text = |text: &str| Tree::Text(text.into());
    let mut members = vec![("code".to_owned(), text(error.code.as_str()))];
    let mut add =
        |name: &str, value: Option<Tree>| members.extend(value.map(|value| (name.to_owned(), value)));
    add("status", error.status.map(|status| Tree::Number(status.to_string())));
    add("reason", error.reason.map(text));
    add("outcome", Some(text(error.outcome.as_str())));
    add("retryable", Some(Tree::Flag(error.is_retryable())));
    add("retryAfterMs", error.retry_after_ms.map(|ms| Tree::Number(ms.to_string())));
    if let Some(funds) = &error.funds {
        let Funds { balance, available_balance, projected_available_balance, limit, .. } = **funds;
        add("balance", balance.map(&figure));
        add("availableBalance", available_balance.map(&figure));
        add("projectedAvailableBalance", projected_available_balance.map(&figure));
        add("limit", limit.map(&figure));
        add("holdBlocking", Some(Tree::Flag(funds.hold_blocking)));
        add("hint", funds.hint.as_deref().map(text));
    }
    add("idempotencyNonce", error.idempotency_nonce.as_deref().map(text));
    add("message", Some(text(&error.message)));
    Tree::Object(members)
}

/// The tree, as many members on a line as there is room for.
pub fn laid_out(tree: &Tree, indent: usize) -> String {
    let line = on_one_line(tree);
    if indent + line.chars().count() <= WIDTH {
        return line;
    }
    let (open, close, parts): (_, _, Vec<String>) = match tree {
        Tree::Object(members) => {
            let member =
                |(key, value): &(String, Tree)| format!("{}: {}", key_of(key), laid_out(value, indent + 2));
            ('{', '}', members.iter().map(member).collect())
        }
        Tree::List(items) => ('[', ']', items.iter().map(|item| laid_out(item, indent + 2)).collect()),
        _ => return line,
    };
    let margin = " ".repeat(indent + 2);
    let mut out = String::from(open);
    let mut room = 0;
    for part in parts {
        let length = part.chars().count() + 2;
        let many_lines = part.contains('\n');
        if many_lines || length > room {
            out += &format!("\n{margin}{part},");
            room = if many_lines { 0 } else { (WIDTH - indent - 2).saturating_sub(length) };
        } else {
            out += &format!(" {part},");
            room -= length;
        }
    }
    out + &format!("\n{}{close}", " ".repeat(indent))
}

fn on_one_line(tree: &Tree) -> String {
    match tree {
        Tree::Object(members) if members.is_empty() => "{}".into(),
        Tree::Object(members) => {
            let member = |(key, value): &(String, Tree)| format!("{}: {}", key_of(key), on_one_line(value));
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Tree::List(items) => format!("[{}]", items.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        Tree::Text(text) if text.len() > TEXT_MAX => {
            let head: String = text.chars().take(40).collect();
            format!("\"{head}…\" ({} characters)", text.chars().count())
        }
        other => other.to_string(),
    }
}

fn key_of(key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain { key.into() } else { Tree::Text(key.into()).to_string() }
}
