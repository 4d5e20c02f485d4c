//! The seven operations on one's own buckets, `/v1/me/*`.

use super::{Identity, Operation};
use crate::answer;
use crate::argument::{check_name, check_segment};
use crate::error::ShardError;
use crate::text::{decimal, percent_encode};

/// Which buckets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyBucketsFilter {
    /// A part of the name, in any case.
    pub q: Option<String>,
    /// The page, from 1.
    pub page: Option<u64>,
    /// Rows a page: 25 by default, 100 at most.
    pub limit: Option<u64>,
}

/// Which events of a bucket to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyBucketEventsFilter {
    /// A part of the note, or an event's id.
    pub q: Option<String>,
    /// One account.
    pub account: Option<String>,
    /// The page, from 1.
    pub page: Option<u64>,
    /// Rows a page: 25 by default, 200 at most.
    pub limit: Option<u64>,
}

/// Which events of all buckets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyEventsFilter {
    /// One bucket.
    pub bucket: Option<String>,
    /// One account.
    pub account: Option<String>,
    /// The node of origin.
    pub origin: Option<String>,
    /// The type of event.
    pub event_type: Option<String>,
    /// Not before, in Unix milliseconds.
    pub since_ms: Option<u64>,
    /// Not after, in Unix milliseconds.
    pub until_ms: Option<u64>,
    /// A part of the note, or an event's id.
    pub search: Option<String>,
    /// Rows: 100 by default, 500 at most.
    pub limit: Option<u64>,
    /// Rows to pass over.
    pub offset: Option<u64>,
    /// Whether to tell how far each event is replicated.
    pub replication: Option<bool>,
}

impl Operation {
    /// `GET /v1/me/buckets`.
    pub fn list_my_buckets(filter: &MyBucketsFilter) -> Operation {
        let mut query = Query::new("/v1/me/buckets".into());
        query.text("q", filter.q.as_deref());
        query.whole("page", filter.page);
        query.whole("limit", filter.limit);
        Operation::get(query.path, &answer::MY_BUCKETS)
    }

    /// `GET /v1/me/buckets/deleted`.
    pub fn list_my_deleted_buckets() -> Operation {
        Operation::get("/v1/me/buckets/deleted".into(), &answer::MY_DELETED_BUCKETS)
    }

    /// `GET /v1/me/buckets/:b`.
    pub fn get_my_bucket(bucket: &str) -> Result<Operation, ShardError> {
        // The server's own route of that name comes first.
        if bucket == "deleted" {
            return Err(ShardError::invalid(
                "A bucket named deleted cannot be read this way: the list of deleted buckets is at its address.",
            ));
        }
        Ok(Operation::get(bucket_path(bucket)?, &answer::MY_BUCKET).of(bucket))
    }

    /// `GET /v1/me/buckets/:b/events`: newest first.
    pub fn list_my_bucket_events(
        bucket: &str,
        filter: &MyBucketEventsFilter,
    ) -> Result<Operation, ShardError> {
        let mut query = Query::new(bucket_path(bucket)? + "/events");
        query.text("q", filter.q.as_deref());
        query.text("account", filter.account.as_deref());
        query.whole("page", filter.page);
        query.whole("limit", filter.limit);
        Ok(Operation::get(query.path, &answer::MY_BUCKET_EVENTS).of(bucket))
    }

    /// `GET /v1/me/events`: newest first.
    pub fn list_my_events(filter: &MyEventsFilter) -> Operation {
        let mut query = Query::new("/v1/me/events".into());
        query.text("bucket", filter.bucket.as_deref());
        query.text("account", filter.account.as_deref());
        query.text("origin", filter.origin.as_deref());
        query.text("event_type", filter.event_type.as_deref());
        query.whole("since_ms", filter.since_ms);
        query.whole("until_ms", filter.until_ms);
        query.text("search", filter.search.as_deref());
        query.whole("limit", filter.limit);
        query.whole("offset", filter.offset);
        query.text("replication", filter.replication.map(|on| if on { "true" } else { "false" }));
        Operation::get(query.path, &answer::MY_EVENTS)
    }

    /// `DELETE /v1/me/buckets/:b?mode=nuke`: for good, and the name with it.
    pub fn delete_my_bucket(bucket: &str) -> Result<Operation, ShardError> {
        let path = bucket_path(bucket)? + "?mode=nuke";
        let identity = Identity {
            // No caller's nonce has a U+0000.
            nonce: ["\0delete:", bucket].concat().into(),
            fingerprint: path.as_str().into(),
            replayable: false,
        };
        let get = Operation::get(path, &answer::MY_DELETION).of(bucket);
        Ok(Operation { method: "DELETE", write: Some(identity), ..get })
    }
}

pub(super) fn bucket_path(bucket: &str) -> Result<String, ShardError> {
    check_name("bucket", bucket)?;
    check_segment("bucket", bucket)?;
    let mut path = String::from("/v1/me/buckets/");
    percent_encode(&mut path, bucket);
    Ok(path)
}

/// A path with a query in the making.
struct Query {
    path: String,
    joint: char,
}

impl Query {
    fn new(path: String) -> Self {
        Query { path, joint: '?' }
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        self.path.push(self.joint);
        self.joint = '&';
        self.path.push_str(key);
        self.path.push('=');
        percent_encode(&mut self.path, value);
    }

    fn whole(&mut self, key: &str, value: Option<u64>) {
        self.text(key, value.map(|value| decimal(value as i64)).as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_queries() {
        let filter = MyBucketsFilter { q: Some("a&b".into()), limit: Some(5), ..MyBucketsFilter::default() };
        assert_eq!(Operation::list_my_buckets(&filter).path, "/v1/me/buckets?q=a%26b&limit=5");
        assert_eq!(Operation::list_my_events(&MyEventsFilter::default()).path, "/v1/me/events");
    }

    #[test]
    fn a_deletion_never_moves() {
        let deletion = Operation::delete_my_bucket("b").unwrap();
        assert_eq!((deletion.method, deletion.path.as_str()), ("DELETE", "/v1/me/buckets/b?mode=nuke"));
        assert!(!deletion.write.unwrap().replayable);
        assert!(Operation::get_my_bucket("deleted").is_err());
    }
}
