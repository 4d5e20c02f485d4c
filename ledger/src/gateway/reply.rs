//! Answers: JSON, plain text, nothing, and the headers that let browsers read them.

use serde::Serialize;

use crate::exchange::Response;

const VARY: &str = "origin, access-control-request-method, access-control-request-headers";

#[derive(Serialize)]
struct Problem<'a> {
    error: &'a str,
}

pub(super) fn empty(status: u16) -> Response {
    Response { status, ..Response::default() }
}

pub(super) fn json<T: Serialize>(status: u16, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => typed(status, "application/json", body),
        Err(error) => text(500, &error.to_string()),
    }
}

pub(super) fn error(status: u16, message: &str) -> Response {
    json(status, &Problem { error: message })
}

pub(super) fn text(status: u16, message: &str) -> Response {
    typed(status, "text/plain; charset=utf-8", message.into())
}

pub(super) fn typed(status: u16, content_type: &str, body: Vec<u8>) -> Response {
    let mut response = Response { status, body, ..Response::default() };
    response.headers.reserve(10);
    response.push("content-type", content_type);
    response
}

pub(super) fn not_allowed(allow: &str) -> Response {
    let mut response = empty(405);
    response.push("allow", allow);
    response
}

/// Every OPTIONS is a preflight, on unknown routes and without an Origin too.
pub(super) fn preflight(allow: Option<&str>) -> Response {
    let mut response = empty(200);
    response.push("vary", VARY);
    response.push("access-control-allow-methods", "*");
    response.push("access-control-allow-headers", "*");
    response.push("access-control-allow-origin", "*");
    if let Some(allow) = allow {
        response.push("allow", allow);
    }
    response
}

pub(super) fn open_to_browsers(response: &mut Response) {
    response.push("vary", VARY);
    response.push("access-control-allow-origin", "*");
    response.push("access-control-expose-headers", "*");
}

pub(super) fn without_body(response: &mut Response) {
    let length = response.body.len().to_string();
    response.body.clear();
    response.push("content-length", length);
}
