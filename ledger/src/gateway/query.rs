//! Query strings, refused in the words of the real server's framework.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use crate::exchange::{Request, Response};
use crate::gateway::reply;

/// The pairs of a query, in the clear.
#[derive(Debug)]
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Where a page of a list begins. The real gateway counts in 64 bits, and so does this one when it is compiled to wasm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) page: u64,
    pub(super) limit: u64,
}

impl<'a> Query<'a> {
    pub(super) fn of(request: &'a Request) -> Self {
        Self(form_urlencoded::parse(request.query().as_bytes()).collect())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Response> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value);
        let first = values.next();
        if values.next().is_some() {
            return Err(refuse(&format!("duplicate field `{name}`")));
        }
        Ok(first)
    }

    /// A text that is neither missing nor blank.
    pub(super) fn filled(&self, name: &str) -> Result<Option<&str>, Response> {
        Ok(self.text(name)?.filter(|value| !value.trim().is_empty()))
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Response> {
        let value = self.text(name)?;
        value.map(|value| value.parse().map_err(|error: T::Err| refuse(&error.to_string()))).transpose()
    }

    pub(super) fn window(&self, default: u64, max: u64) -> Result<Window, Response> {
        let page = self.parsed("page")?.unwrap_or(1).max(1);
        let limit = self.parsed("limit")?.unwrap_or(default).clamp(1, max);
        Ok(Window { page, limit })
    }
}

impl Window {
    pub(super) fn cut<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        let skipped = (self.page - 1).saturating_mul(self.limit);
        all.into_iter().skip(count(skipped)).take(count(self.limit)).collect()
    }
}

/// As far as this machine can count.
fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn refuse(why: &str) -> Response {
    reply::text(400, &format!("Failed to deserialize query string: {why}"))
}
