//! Which page a path means, and which methods it takes.

use percent_encoding::percent_decode_str;

use crate::exchange::Response;
use crate::gateway::reply;

/// A page of the gateway; segments are still percent-encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route<'a> {
    Events,
    Balances,
    Accounts,
    Account { bucket: &'a str, account: &'a str },
    GatewayHealth,
    GatewayEdges,
    Operator(Page),
    DebugOrigin(&'a str),
    Metrics,
    MyBuckets,
    MyDeletedBuckets,
    MyBucket(&'a str),
    MyBucketEvents(&'a str),
    MyEvents,
    Internal(Internal<'a>),
}

/// The pages for the dashboard, which shares a secret with the real gateways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Internal<'a> {
    UserEvents { user: &'a str },
    UserBuckets { user: &'a str },
    UserBucket { user: &'a str, bucket: &'a str },
    UserBucketEvents { user: &'a str, bucket: &'a str },
    BillingEvents,
    BillingBalance,
    MeshNodes,
    BucketDelete,
    DeletedBuckets,
    AllEvents,
}

/// The pages that a gateway with keys keeps to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Health,
    State,
    Heads,
    Persistence,
    Digests,
    Registry,
    Nodes,
}

impl<'a> Route<'a> {
    /// A variable segment may be empty in the middle of a path and not at its end, as the real router has it.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        if let Some(rest) = path.strip_prefix("/internal/") {
            return Internal::of(rest).map(Self::Internal);
        }
        let mut parts = path.strip_prefix('/')?.split('/');
        let mut next = || parts.next();
        let segments = (next(), next(), next(), next(), next(), next());
        Some(match segments {
            (Some("events"), None, ..) => Self::Events,
            (Some("balances"), None, ..) => Self::Balances,
            (Some("collapsed"), None, ..) => Self::Accounts,
            (Some("collapsed"), Some(bucket), Some(account), None, ..) if !account.is_empty() => {
                Self::Account { bucket, account }
            }
            (Some("gateway"), Some("health"), None, ..) => Self::GatewayHealth,
            (Some("gateway"), Some("edges"), None, ..) => Self::GatewayEdges,
            (Some("gateway"), Some("nodes"), None, ..) => Self::Operator(Page::Nodes),
            (Some("health"), None, ..) => Self::Operator(Page::Health),
            (Some("state"), None, ..) => Self::Operator(Page::State),
            (Some("heads"), None, ..) => Self::Operator(Page::Heads),
            (Some("persistence"), None, ..) => Self::Operator(Page::Persistence),
            (Some("digests"), None, ..) => Self::Operator(Page::Digests),
            (Some("registry"), None, ..) => Self::Operator(Page::Registry),
            (Some("metrics"), None, ..) => Self::Metrics,
            (Some("debug"), Some("origin"), Some(origin), None, ..) if !origin.is_empty() => {
                Self::DebugOrigin(origin)
            }
            (Some("v1"), Some("me"), Some("events"), None, ..) => Self::MyEvents,
            (Some("v1"), Some("me"), Some("buckets"), None, ..) => Self::MyBuckets,
            (Some("v1"), Some("me"), Some("buckets"), Some("deleted"), None, _) => Self::MyDeletedBuckets,
            (Some("v1"), Some("me"), Some("buckets"), Some(name), None, _) if !name.is_empty() => {
                Self::MyBucket(name)
            }
            (Some("v1"), Some("me"), Some("buckets"), Some(name), Some("events"), None) => {
                Self::MyBucketEvents(name)
            }
            _ => return None,
        })
    }

    pub(super) fn allow(&self) -> &'static str {
        match self {
            Self::Events | Self::MyBucketEvents(_) => "GET,HEAD,POST",
            Self::MyBucket(_) => "GET,HEAD,DELETE",
            Self::Internal(page) => page.allow(),
            _ => "GET,HEAD",
        }
    }

    /// Whether the gateway goes to a node for it; the others are its own.
    pub(super) fn asks_a_node(&self) -> bool {
        !matches!(self, Self::GatewayHealth | Self::GatewayEdges | Self::Metrics | Self::Internal(_))
    }

    pub(super) fn allows(&self, method: &str) -> bool {
        self.allow().split(',').any(|allowed| allowed == method)
    }
}

impl<'a> Internal<'a> {
    fn of(rest: &'a str) -> Option<Self> {
        let segments: Vec<&str> = rest.split('/').collect();
        Some(match segments.as_slice() {
            ["users", user, "events"] => Self::UserEvents { user },
            ["users", user, "buckets"] => Self::UserBuckets { user },
            ["users", user, "buckets", bucket] if !bucket.is_empty() => Self::UserBucket { user, bucket },
            ["users", user, "buckets", bucket, "events"] => Self::UserBucketEvents { user, bucket },
            ["billing", "events"] => Self::BillingEvents,
            ["billing", "balance"] => Self::BillingBalance,
            ["mesh", "nodes"] => Self::MeshNodes,
            ["meta", "bucket-delete"] => Self::BucketDelete,
            ["buckets", "deleted"] => Self::DeletedBuckets,
            ["admin", "events"] => Self::AllEvents,
            _ => return None,
        })
    }

    fn allow(&self) -> &'static str {
        match self {
            Self::UserBucketEvents { .. } => "GET,HEAD,POST",
            Self::BillingEvents | Self::BucketDelete => "POST",
            _ => "GET,HEAD",
        }
    }
}

/// A path segment in the clear. What is no valid escape stays as it is.
pub(super) fn segment(raw: &str, name: &str) -> Result<String, Response> {
    match percent_decode_str(raw).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(reply::text(400, &format!("Invalid URL: Invalid UTF-8 in `{name}`"))),
    }
}
