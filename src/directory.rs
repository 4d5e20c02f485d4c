//! The directory of the edges, read for edges that the client does not know yet.

use crate::json::{Scalar, elements, member, pick};
use crate::text::split;

/// The base URLs of those edges that are reachable and whose host ends in `.` and `suffix`. The directory is public and
/// its edges get the API key: what is not https, or elsewhere, is passed over.
pub(crate) fn base_urls(body: &[u8], suffix: &str) -> Vec<String> {
    let mut urls = Vec::new();
    for edge in elements(member(body, "edges").unwrap_or("")) {
        let (mut url, mut reachable) = (String::new(), false);
        let _ = pick(edge.as_bytes(), &mut |key, value| match (key, value) {
            ("base_url", Scalar::Text(text)) => url = text,
            ("reachable", Scalar::Flag(flag)) => reachable = flag,
            _ => {}
        });
        if reachable && is_of(&url, suffix) {
            urls.push(url);
        }
    }
    urls
}

fn is_of(url: &str, suffix: &str) -> bool {
    let Some(("https", rest)) = split(url, "://") else { return false };
    let authority = split(rest, "/").map_or(rest, |(authority, _)| authority);
    let host = split(authority, ":").map_or(authority, |(host, _)| host).to_ascii_lowercase();
    let before = host.strip_suffix(&suffix.to_ascii_lowercase()).and_then(|host| host.strip_suffix('.'));
    before.is_some_and(|before| !before.is_empty() && !before.bytes().any(|byte| byte == b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_reachable_and_the_ledgers_own() {
        let edge = |url: &str, reachable: bool| {
            format!(r#"{{"edge_id":null,"base_url":"{url}","reachable":{reachable},"x":[1,{{}}]}}"#)
        };
        let edges = [
            edge("https://new.api.example.com", true),
            edge("https://dead.api.example.com", false),
            edge("http://plain.api.example.com", true),
            edge("https://evilapi.example.com", true),
            edge("https://api.example.com", true),
            edge("https://api.example.com.evil.example", true),
            edge("https://evil.example#.api.example.com", true),
            edge("https://evil.example/x.api.example.com", true),
            edge("https://a@b.api.example.com", true),
            edge("https://NEXT.API.example.com:8443/base", true),
        ];
        let body = format!(r#"{{"observed_at_unix_ms":1,"edges":[{}]}}"#, edges.join(","));
        let found = base_urls(body.as_bytes(), "api.example.com");
        let checked: Vec<_> =
            found.iter().filter(|url| crate::edge_url::edge_urls([url.as_str()], false).is_ok()).collect();
        assert_eq!(checked, ["https://new.api.example.com", "https://NEXT.API.example.com:8443/base"]);
        assert!(base_urls(b"<html>", "api.example.com").is_empty());
    }
}
