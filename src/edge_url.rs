//! Edges' base URLs, checked without a URL library: what a base URL may hold is little.

use std::rc::Rc;

use crate::error::ShardError;

/// The three production edges.
pub const PRODUCTION: [&str; 3] =
    ["https://use1.api.shardd.xyz", "https://euc1.api.shardd.xyz", "https://ape1.api.shardd.xyz"];

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
        return Err(ShardError::invalid(
            "The list of edges is empty: name at least one, or leave the option out.",
        ));
    }
    Ok(checked)
}

fn edge_url(url: &str, allow_http: bool) -> Result<&str, ShardError> {
    // The URL itself stays out of the message: it may hold credentials.
    let not_a_url = || ShardError::invalid("An edge is not an http(s) URL: write it as https://host.");
    let url = url.trim().trim_end_matches('/');
    let (scheme, rest) = url.split_once("://").ok_or_else(not_a_url)?;
    let authority = rest.split('/').next().unwrap_or("");
    let secure = scheme.eq_ignore_ascii_case("https");
    if !(secure || scheme.eq_ignore_ascii_case("http"))
        || !is_authority(authority.rsplit('@').next().unwrap_or(""))
    {
        return Err(not_a_url());
    }
    if authority.contains('@') || rest.contains(['?', '#']) {
        return Err(ShardError::invalid(
            "An edge has credentials, a query or a fragment: give its base URL alone.",
        ));
    }
    if rest.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '\\') {
        return Err(not_a_url());
    }
    if !secure && !allow_http && !is_loopback(authority) {
        return Err(ShardError::invalid(
            "An edge is plain http beyond this machine: use https, or set allowHttp if the network is yours.",
        ));
    }
    Ok(url)
}

/// A host and perhaps a port.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok());
    !host.is_empty()
        && port_fits
        && (bracketed || !host.contains([':', '[', ']', '?', '#', '%', '<', '>', '"', '|']))
}

fn is_loopback(authority: &str) -> bool {
    let host = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.ends_with(']'))
        .map_or(authority, |(host, _)| host);
    host == "[::1]"
        || host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || (host.starts_with("127.") && host.split('.').all(|part| part.parse::<u8>().is_ok()))
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
