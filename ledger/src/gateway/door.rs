//! Who may come in, under which names their buckets are kept, and what it costs.

use std::fmt::Write as _;

use super::{Visit, reply};
use crate::auth::{Denied, Scope};
use crate::exchange::Response;

/// API credits of a write.
pub(super) const WRITE_COST: u64 = 10;
/// API credits of a read.
pub(super) const READ_COST: u64 = 1;

impl Visit<'_> {
    pub(super) fn has_keys(&self) -> bool {
        self.cluster.config.auth.is_some()
    }

    /// Lets a request in and takes its credits. The answer is the user, or none where nobody asks for keys.
    pub(super) fn enter(
        &mut self,
        scope: Scope,
        bucket: &str,
        cost: u64,
    ) -> Result<Option<String>, Response> {
        if !self.has_keys() {
            return Ok(None);
        }
        let user = self.user(scope, Some(bucket))?;
        if let Some(credits) = self.cluster.credits.get_mut(&user) {
            let Some(left) = credits.checked_sub(cost) else {
                let body = br#"{"code":"PAYMENT_REQUIRED","error":"insufficient_credits"}"#;
                return Err(reply::typed(402, "application/json", body.to_vec()));
            };
            *credits = left;
        }
        Ok(Some(user))
    }

    /// Lets a request into `/v1/me`, which costs nothing.
    pub(super) fn enter_mine(&self) -> Result<String, Response> {
        if !self.has_keys() {
            return Err(reply::error(503, "dashboard auth is not configured"));
        }
        self.user(Scope::Control, None)
    }

    fn user(&self, scope: Scope, bucket: Option<&str>) -> Result<String, Response> {
        let auth = self.cluster.config.auth.as_ref();
        let auth = auth.ok_or_else(|| reply::error(503, "dashboard auth is not configured"))?;
        match auth.decide(self.request.header("authorization"), scope, bucket) {
            Ok(key) => Ok(key.owner().into_owned()),
            Err(Denied::Unauthorized(why)) => Err(reply::error(401, why)),
            Err(Denied::Forbidden) => Err(reply::error(403, "scope_denied")),
            Err(Denied::Dashboard(why)) => Err(reply::error(503, why)),
        }
    }
}

/// The name under which the ledger keeps a user's bucket.
pub(super) fn internal_name(user: &str, bucket: &str) -> String {
    let mut name = user_prefix(user);
    for byte in bucket.bytes() {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// How the internal names of all of a user's buckets begin.
pub(super) fn user_prefix(user: &str) -> String {
    format!("user_{user}__bucket_")
}

/// The user's own name of an internal one; none if the bucket is not theirs.
pub(super) fn own_name(prefix: &str, internal: &str) -> Option<String> {
    let hex = internal.strip_prefix(prefix)?.as_bytes();
    let bytes: Option<Vec<u8>> = hex
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()))
        .collect();
    String::from_utf8(bytes?).ok()
}
