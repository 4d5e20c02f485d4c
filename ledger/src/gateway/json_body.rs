//! JSON bodies, refused in the words of the real server's framework.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::exchange::{Request, Response};
use crate::gateway::reply;

const MAX_BODY_BYTES: usize = 2_097_152;

/// The body as `T`. What follows the first JSON value is not looked at, as the real server does not either.
pub(super) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Response> {
    if !request.header("content-type").is_some_and(is_json) {
        return Err(reply::text(415, "Expected request with `Content-Type: application/json`"));
    }
    if request.body.len() > MAX_BODY_BYTES {
        return Err(reply::text(413, "Failed to buffer the request body: length limit exceeded"));
    }
    let mut reader = serde_json::Deserializer::from_slice(&request.body);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (status, what) = match error.inner().classify() {
            Category::Data => (422, "Failed to deserialize the JSON body into the target type"),
            _ => (400, "Failed to parse the request body as JSON"),
        };
        reply::text(status, &format!("{what}: {error}"))
    })
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("application", subtype)) => subtype == "json" || subtype.ends_with("+json"),
        _ => false,
    }
}
