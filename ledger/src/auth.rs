//! API keys: who may do what, and who has run out of credits.

use std::borrow::Cow;

use serde::Deserialize;

use crate::seeded::Ids;

/// The keys that the gateways know; what the real ones ask the dashboard for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// All keys.
    #[serde(default)]
    pub keys: Vec<Key>,
}

/// One API key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The bearer token.
    pub token: String,
    /// The owner, a UUID; keys of one owner share buckets and credits. Without one, the key is an owner of its own.
    #[serde(default)]
    pub user: Option<String>,
    /// What the key may do.
    #[serde(default = "every_scope")]
    pub scopes: Vec<Scope>,
    /// Where it may read and write.
    #[serde(default)]
    pub buckets: BucketRule,
    /// Whether it still works.
    #[serde(default)]
    pub state: KeyState,
    /// The owner's API credits; none means endless. The first key of an owner that says a number wins.
    #[serde(default)]
    pub credits: Option<u64>,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// GET of events, balances and accounts.
    Read,
    /// POST of events.
    Write,
    /// Everything under `/v1/me`.
    Control,
}

/// Which buckets a key reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BucketRule {
    /// Every bucket of the owner.
    #[default]
    All,
    /// This bucket only.
    Exact(String),
    /// Buckets whose name begins so.
    Prefix(String),
}

/// Whether a key still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It works.
    #[default]
    Active,
    /// 401 `api_key_revoked`.
    Revoked,
    /// 401 `api_key_expired`.
    Expired,
    /// 401 `user_frozen`.
    Frozen,
    /// 503: the gateway's own session at the dashboard has expired.
    DashboardSessionExpired,
    /// 503: the dashboard does not answer.
    DashboardUnreachable,
}

impl Key {
    /// A key that may do everything, of an owner of its own.
    pub fn new(token: &str) -> Self {
        Self {
            token: token.into(),
            user: None,
            scopes: every_scope(),
            buckets: BucketRule::All,
            state: KeyState::Active,
            credits: None,
        }
    }

    /// The owner: the one that was named, or one that depends on the token alone.
    pub(crate) fn owner(&self) -> Cow<'_, str> {
        match &self.user {
            Some(user) => Cow::Borrowed(user),
            None => Cow::Owned(Ids::of(self.token.bytes()).uuid()),
        }
    }
}

/// Why a request was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    Unauthorized(&'static str),
    Forbidden,
    Dashboard(&'static str),
}

impl Auth {
    /// Decides as the real gateway and its dashboard do; a bucket of `None` is a `/v1/me` request.
    pub(crate) fn decide(
        &self,
        authorization: Option<&str>,
        scope: Scope,
        bucket: Option<&str>,
    ) -> Result<&Key, Denied> {
        let token = authorization.and_then(bearer).ok_or(Denied::Unauthorized("missing bearer api key"))?;
        let key = self.keys.iter().find(|key| key.token == token);
        let key = key.ok_or(Denied::Unauthorized("invalid_api_key"))?;
        match key.state {
            KeyState::Active => {}
            KeyState::Revoked => return Err(Denied::Unauthorized("api_key_revoked")),
            KeyState::Expired => return Err(Denied::Unauthorized("api_key_expired")),
            KeyState::Frozen => return Err(Denied::Unauthorized("user_frozen")),
            KeyState::DashboardSessionExpired => {
                return Err(Denied::Dashboard(
                    "dashboard introspection failed with 401 Unauthorized: {\"code\":\"INVALID_CREDENTIALS\"}",
                ));
            }
            KeyState::DashboardUnreachable => {
                return Err(Denied::Dashboard(
                    "error sending request for url (http://127.0.0.1:8070/api/machine/introspect)",
                ));
            }
        }
        let reaches = bucket.is_none_or(|bucket| key.buckets.reaches(bucket));
        if key.scopes.contains(&scope) && reaches { Ok(key) } else { Err(Denied::Forbidden) }
    }
}

impl BucketRule {
    fn reaches(&self, bucket: &str) -> bool {
        match self {
            Self::All => true,
            Self::Exact(name) => name == bucket,
            Self::Prefix(prefix) => bucket.starts_with(prefix.as_str()),
        }
    }
}

/// What follows the first space, a second space included: the dashboard knows no key that begins with one.
fn bearer(value: &str) -> Option<&str> {
    let token = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer "))?;
    (!token.trim().is_empty()).then_some(token)
}

fn every_scope() -> Vec<Scope> {
    vec![Scope::Read, Scope::Write, Scope::Control]
}
