//! `/internal`: the dashboard's pages. The local gateways share no secret with anybody, so nobody gets past the door;
//! what is wrong with a request is said before, as the real gateway does.

use serde::Deserialize;

use super::post_event::{EventBody, PostBody};
use super::query::Query;
use super::route::{Internal, segment};
use super::{Visit, json_body, reply};
use crate::exchange::Response;

/// The body of `POST /internal/meta/bucket-delete`.
#[derive(Deserialize)]
#[serde(expecting = "struct InternalMetaBucketDeleteRequest")]
#[expect(dead_code, reason = "only what is wrong with it matters")]
struct BucketDeleteBody {
    bucket: String,
    reason: Option<String>,
}

impl Visit<'_> {
    /// Why this request is refused.
    pub(super) fn internal(&self, page: Internal<'_>) -> Response {
        self.flaw(page).err().unwrap_or_else(|| self.without_secret())
    }

    /// What is wrong with the path, then with the query or the body.
    fn flaw(&self, page: Internal<'_>) -> Result<(), Response> {
        let query = Query::of(self.request);
        match page {
            Internal::UserEvents { user } => {
                uuid(user)?;
                event_filter(&query)
            }
            Internal::UserBuckets { user } => {
                uuid(user)?;
                query.text("q")?;
                query.window(25, 100).map(drop)
            }
            Internal::UserBucket { user, bucket } => {
                uuid(user)?;
                segment(bucket, "bucket").map(drop)
            }
            Internal::UserBucketEvents { user, bucket } => {
                uuid(user)?;
                segment(bucket, "bucket")?;
                if self.request.method == "POST" {
                    return json_body::read::<EventBody>(self.request).map(drop);
                }
                query.text("q")?;
                query.text("account")?;
                query.window(25, 200).map(drop)
            }
            Internal::BillingEvents => json_body::read::<PostBody>(self.request).map(drop),
            Internal::BillingBalance => query.text("bucket").map(drop),
            Internal::BucketDelete => json_body::read::<BucketDeleteBody>(self.request).map(drop),
            Internal::AllEvents => event_filter(&query),
            Internal::MeshNodes | Internal::DeletedBuckets => Ok(()),
        }
    }

    fn without_secret(&self) -> Response {
        if !self.has_keys() {
            return reply::error(503, "dashboard machine auth is not configured");
        }
        let secret = self.request.header("x-machine-auth-secret");
        match secret.filter(|secret| !secret.trim().is_empty()) {
            None => reply::error(403, "missing machine auth secret"),
            Some(_) => reply::error(403, "invalid machine auth secret"),
        }
    }
}

fn event_filter(query: &Query<'_>) -> Result<(), Response> {
    for name in ["bucket", "account", "origin", "event_type", "search"] {
        query.text(name)?;
    }
    for name in ["since_ms", "until_ms"] {
        query.parsed::<u64>(name)?;
    }
    for name in ["limit", "offset"] {
        query.parsed::<u32>(name)?;
    }
    query.parsed::<bool>("replication").map(drop)
}

/// The status was observed at the real gateway, the sentence was not.
fn uuid(raw: &str) -> Result<(), Response> {
    let text = segment(raw, "user_id")?;
    if is_uuid(&text) {
        return Ok(());
    }
    Err(reply::text(400, "Invalid URL: UUID parsing failed"))
}

/// With hyphens or without.
fn is_uuid(text: &str) -> bool {
    let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let is_spread = hyphens.is_empty() || hyphens == [8, 13, 18, 23];
    is_spread && digits == 32 && text.len() == digits + hyphens.len()
}
