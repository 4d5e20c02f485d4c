//! What can go wrong with a region, as the control endpoint takes and shows it.

use serde::{Deserialize, Serialize};

/// The kind of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Everything works.
    #[default]
    None,
    /// Answers come `delay_ms` later.
    Delay,
    /// Connections are taken, requests are read, nothing is applied and nothing is ever answered.
    BlackHole,
    /// The port is closed, established connections are reset.
    Refuse,
    /// The connection is reset before the request is applied.
    ResetBefore,
    /// The connection is reset after the request was applied.
    ResetAfter,
    /// Another status with another body; nothing is applied unless `applied` is true.
    Status,
    /// 200 with HTML; the request is applied unless `applied` is false.
    Garbage,
    /// Half of the body, then the connection ends; the request is applied.
    Truncate,
    /// Half of the body, then silence; the request is applied.
    StallBody,
    /// The gateway's own pages answer, the node behind it does not. What waits is applied if the fault is lifted
    /// within 5 s.
    Freeze,
    /// Bytes stand still, both ways: what is sent and what is answered meanwhile arrives when the hold ends, also what
    /// the client has cut. It ends after `hold_ms`, or with the fault.
    Hold,
    /// Writes are applied and answered `delay_ms` after they arrived, also those of a client that has hung up; all the
    /// rest is answered at once.
    LateWrite,
}

/// Which requests a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// POSTs of events.
    Events,
    /// Probes.
    Health,
}

/// A fault and its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// How much later (`delay`, `late-write`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// How long it lasts (`hold`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<u64>,
    /// The status code (`status`; default 503).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The `Retry-After` header (`status`): seconds, or an HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// The body (`status`, `garbage`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether the request is applied all the same (`status`, `garbage`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// For the next so many requests only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// For these requests only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// The value of a `Retry-After` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RetryAfter {
    /// Seconds.
    Seconds(u64),
    /// Anything else, as it is.
    Text(String),
}

impl RetryAfter {
    pub(super) fn value(&self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Fault {
    /// A fault without parameters.
    pub fn of(kind: FaultKind) -> Self {
        Self { kind, ..Self::default() }
    }

    pub(super) fn is_for(&self, method: &str, path: &str) -> bool {
        let fits = match self.only {
            None => true,
            Some(Only::Events) => method == "POST" && path.ends_with("/events"),
            Some(Only::Health) => method == "GET" && path.ends_with("/health"),
        };
        let own_page = path.starts_with("/gateway/") || path == "/metrics" || method == "OPTIONS";
        fits && match self.kind {
            FaultKind::None => false,
            FaultKind::Freeze => !own_page,
            FaultKind::LateWrite => method == "POST" || method == "DELETE",
            _ => true,
        }
    }

    /// How much later an answer leaves than it was made.
    pub(super) fn answer_delay_ms(&self) -> u64 {
        // A late write was late before.
        if self.kind == FaultKind::LateWrite { 0 } else { self.delay_ms.unwrap_or(0) }
    }

    /// A port is closed for everybody or not at all.
    pub(super) fn closes_port(&self) -> bool {
        self.kind == FaultKind::Refuse && self.count.is_none() && self.only.is_none()
    }
}
