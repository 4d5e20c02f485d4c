//! Looking into text and writing numbers, in a few hundred bytes of wasm. (std's searchers and formatters bring in about eight
//! kilobytes, and every page that uses the client would load them.)

/// Where `part` first stands in `text`.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())
}

/// The text before and after the first `part`.
pub(crate) fn split<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// Whether this is the ledger's own name of a bucket, `user_<uuid>__bucket_<hex of the caller's name>`.
pub(crate) fn is_internal_bucket(name: &str) -> bool {
    name.starts_with("user_") && find(name, "__bucket_").is_some()
}

/// How many code points there are.
pub(crate) fn code_points(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// Without the slashes at the end.
pub(crate) fn without_trailing_slashes(mut text: &str) -> &str {
    while let Some(shorter) = text.strip_suffix('/') {
        text = shorter;
    }
    text
}

/// Appends `text` for use in a path segment, a query value or the name of a record.
pub(crate) fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend([
                '%',
                hex_digit(byte >> 4).to_ascii_uppercase(),
                hex_digit(byte & 15).to_ascii_uppercase(),
            ]);
        }
    }
}

/// A number below 16 as a hexadecimal digit.
pub(crate) fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

/// A whole number in decimal digits.
pub(crate) fn decimal(number: i64) -> String {
    let mut digits = [0; 20];
    let mut from = digits.len();
    let mut rest = number.unsigned_abs();
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        from -= 1;
        if rest == 0 {
            break;
        }
    }
    let mut text = String::from(if number < 0 { "-" } else { "" });
    text.extend(digits.iter().skip(from).map(|digit| char::from(*digit)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        for number in [0, 7, -7, 10, -1_000_000, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn finds_and_counts() {
        assert_eq!(split("https://a://b", "://"), Some(("https", "a://b")));
        assert_eq!(find("ab", "abc"), None);
        assert_eq!(code_points("aé𝄞"), 3);
        assert_eq!(without_trailing_slashes("a//"), "a");
    }
}
