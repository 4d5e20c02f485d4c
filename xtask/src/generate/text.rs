//! Pieces of text that several printers want.

/// `hold_amount` as `holdAmount`.
pub fn camel(wire: &str) -> String {
    let mut words = wire.split('_');
    let first = words.next().unwrap_or("").to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

/// With a capital first letter.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// `rate_limited` as `RateLimitedError`.
pub fn class(code: &str) -> String {
    code.split('_').map(capital).collect::<String>() + "Error"
}

/// A documentation comment of Rust as plain lines in the words of TypeScript.
pub fn told(doc: &str) -> String {
    let joined = doc.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    linked(&spans(&joined))
}

/// The first sentence, for tables.
pub fn first_sentence(doc: &str) -> String {
    let told = told(doc);
    let end = told
        .match_indices(". ")
        .find(|(at, _)| told[at + 2..].starts_with(|letter: char| letter.is_uppercase()));
    told.get(..end.map_or(told.len(), |(at, _)| at)).unwrap_or("").trim_end_matches('.').to_owned()
}

/// Options go by their names in JavaScript: `ack_timeout_ms` as `ackTimeoutMs`. Words of the ledger stay as they are.
fn spans(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        let is_span = at % 2 == 1;
        let is_option = is_span && (part.ends_with("_ms") || part.ends_with("_acks"));
        out += if at > 0 { "`" } else { "" };
        out += &if is_option { camel(part) } else { part.to_owned() };
    }
    out
}

/// Links of Rust, a name in backticks and brackets, as those of TypeScript.
fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((name, after)) = after.split_once("`]") else { break };
        out += before;
        out += &format!("{{@link {name}}}");
        rest = after;
    }
    out + rest
}

/// A comment above a member, broken where it is long.
pub fn comment(doc: &str, indent: &str) -> String {
    const WIDTH: usize = 140;
    let text = told(doc);
    if text.is_empty() {
        return String::new();
    }
    if indent.len() + text.len() + 8 <= WIDTH {
        return format!("{indent}/** {text} */\n");
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().map(|line| line.len()).unwrap_or(0);
        if line > 0 && indent.len() + 3 + line + 1 + word.len() > WIDTH {
            lines.push(word.to_owned());
        } else if let Some(last) = lines.last_mut() {
            *last += if last.is_empty() { "" } else { " " };
            *last += word;
        }
    }
    let body: String = lines.iter().map(|line| format!("{indent} * {line}\n")).collect();
    format!("{indent}/**\n{body}{indent} */\n")
}

/// A literal of JavaScript, in ASCII.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", ascii(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// What is not ASCII, escaped.
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|letter| match u32::from(letter) {
            0..=0x7f => letter.to_string(),
            code @ 0x80..=0xff => format!("\\x{code:02x}"),
            code => format!("\\u{code:04x}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_typescript() {
        assert_eq!(
            told("Of `min_acks`,\nsee [`Balances`]; `bucket_deleted`.\n"),
            "Of `minAcks`, see {@link Balances}; `bucket_deleted`."
        );
        assert_eq!(first_sentence("In a Worker, e.g. here. More."), "In a Worker, e.g. here");
        assert_eq!(quoted("2^53\u{2212}1 \""), "\"2^53\\u22121 \\\"\"");
        assert_eq!(class("rate_limited"), "RateLimitedError");
    }
}
