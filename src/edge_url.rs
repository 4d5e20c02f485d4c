//! Edges' base URLs, checked without a URL library: what a base URL may hold is little.

use std::rc::Rc;

use crate::error::ShardError;
use crate::protocol::{MORE_THAN_BASE, NO_EDGES, NOT_URL, PLAIN_HTTP};
use crate::text::{split, without_trailing_slashes};

/// Base URLs, checked, without trailing slashes and duplicates. `allow_http` lets `http:` go beyond loopback.
///
/// ```
/// use shardd_wasm::edge_url::edge_urls;
/// let urls = edge_urls(["https://a.example/", "https://a.example"], false).unwrap();
/// assert_eq!(urls.len(), 1);
/// assert!(edge_urls(["http://a.example"], false).is_err());
/// assert!(edge_urls(["http://127.0.0.1:8081"], false).is_ok());
/// ```
pub fn edge_urls<'a>(
    urls: impl IntoIterator<Item = &'a str>,
    allow_http: bool,
) -> Result<Vec<Rc<str>>, ShardError> {
    let mut checked: Vec<Rc<str>> = Vec::new();
    for url in urls {
        let url = edge_url(url, allow_http)?;
        if !checked.iter().any(|known| **known == *url) {
            checked.push(url.into());
        }
    }
    if checked.is_empty() {
        return Err(ShardError::invalid(NO_EDGES));
    }
    Ok(checked)
}

fn edge_url(url: &str, allow_http: bool) -> Result<&str, ShardError> {
    // The URL itself stays out of the message: it may hold credentials.
    let not_a_url = || ShardError::invalid(NOT_URL);
    let url = without_trailing_slashes(url.trim());
    let (scheme, rest) = split(url, "://").ok_or_else(not_a_url)?;
    let secure = scheme.eq_ignore_ascii_case("https");
    let authority = split(rest, "/").map_or(rest, |(authority, _)| authority);
    if !secure && !scheme.eq_ignore_ascii_case("http") {
        return Err(not_a_url());
    }
    if rest.bytes().any(|byte| matches!(byte, b'@' | b'?' | b'#')) {
        return Err(ShardError::invalid(MORE_THAN_BASE));
    }
    let host = host(authority).ok_or_else(not_a_url)?;
    if rest.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control() || byte == b'\\') {
        return Err(not_a_url());
    }
    if !secure && !allow_http && !is_loopback(host) {
        return Err(ShardError::invalid(PLAIN_HTTP));
    }
    Ok(url)
}

/// The host of `host` or `host:port`, where it can be one.
fn host(authority: &str) -> Option<&str> {
    let port_at = authority.bytes().rposition(|byte| byte == b':').filter(|_| !authority.ends_with(']'));
    let (host, port) = match port_at {
        Some(at) => (authority.get(..at)?, authority.get(at + 1..)?),
        None => (authority, "0"),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let odd = |byte: u8| matches!(byte, b':' | b'[' | b']' | b'%' | b'<' | b'>' | b'"' | b'|');
    let port_fits = port.parse::<u64>().is_ok_and(|port| port <= 65_535);
    (port_fits && !host.is_empty() && (bracketed || !host.bytes().any(odd))).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let digits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    host == "[::1]"
        || host == "localhost"
        || host.ends_with(".localhost")
        || (host.starts_with("127.") && host.bytes().all(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_is_a_base_url() {
        for url in
            ["https://a.example", "https://a.example:8443/base", "http://[::1]:80", "http://x.localhost:1//"]
        {
            assert!(edge_urls([url], false).is_ok(), "{url}");
        }
        assert_eq!(&*edge_urls(["https://a.example///"], false).unwrap()[0], "https://a.example");
    }

    #[test]
    fn refuses_the_rest() {
        for url in [
            "",
            "a.example",
            "ftp://a",
            "https://",
            "https://u:p@a",
            "https://a?x",
            "https://a#x",
            "https://a b",
            "https://a:99999",
            "http://127.evil.example",
            "http://10.0.0.1",
            "https://:80",
            "https://u:p@",
        ] {
            assert!(edge_urls([url], false).is_err(), "{url}");
        }
        assert!(edge_urls([], false).is_err());
        assert!(edge_urls(["http://10.0.0.1"], true).is_ok());
    }
}
