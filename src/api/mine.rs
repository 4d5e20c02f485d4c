//! The seven operations on one's own buckets, `/v1/me/*`.

use super::{Identity, Operation};
use crate::error::ShardError;
use crate::protocol::{
    DELETE_MY_BUCKET, GET_MY_BUCKET, LIST_MY_BUCKET_EVENTS, LIST_MY_BUCKETS, LIST_MY_DELETED_BUCKETS,
    LIST_MY_EVENTS, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter, Said,
};
use crate::text::{decimal, percent_encode};

impl Operation {
    /// `GET /v1/me/buckets`.
    pub fn list_my_buckets(filter: &MyBucketsFilter) -> Operation {
        let mut query = Query::new(LIST_MY_BUCKETS.path.into());
        filter.each(&mut |key, value| query.add(key, value));
        Operation::at(&LIST_MY_BUCKETS, query.path)
    }

    /// `GET /v1/me/buckets/deleted`.
    pub fn list_my_deleted_buckets() -> Operation {
        Operation::at(&LIST_MY_DELETED_BUCKETS, LIST_MY_DELETED_BUCKETS.path.into())
    }

    /// `GET /v1/me/buckets/:b`.
    pub fn get_my_bucket(bucket: &str) -> Result<Operation, ShardError> {
        Operation::of(&GET_MY_BUCKET, &[bucket])
    }

    /// `GET /v1/me/buckets/:b/events`: newest first.
    pub fn list_my_bucket_events(
        bucket: &str,
        filter: &MyBucketEventsFilter,
    ) -> Result<Operation, ShardError> {
        let operation = Operation::of(&LIST_MY_BUCKET_EVENTS, &[bucket])?;
        let mut query = Query::new(operation.path);
        filter.each(&mut |key, value| query.add(key, value));
        Ok(Operation { path: query.path, ..operation })
    }

    /// `GET /v1/me/events`: newest first.
    pub fn list_my_events(filter: &MyEventsFilter) -> Operation {
        let mut query = Query::new(LIST_MY_EVENTS.path.into());
        filter.each(&mut |key, value| query.add(key, value));
        Operation::at(&LIST_MY_EVENTS, query.path)
    }

    /// `DELETE /v1/me/buckets/:b?mode=nuke`: for good, and the name with it.
    pub fn delete_my_bucket(bucket: &str) -> Result<Operation, ShardError> {
        let operation = Operation::of(&DELETE_MY_BUCKET, &[bucket])?;
        let identity = Identity {
            // No caller's nonce has a U+0000.
            nonce: ["\0delete:", bucket].concat().into(),
            fingerprint: operation.path.as_str().into(),
            replayable: false,
        };
        Ok(Operation { write: Some(identity), ..operation })
    }
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

    fn add(&mut self, key: &str, value: Said<'_>) {
        self.path.push(self.joint);
        self.joint = '&';
        self.path.push_str(key);
        self.path.push('=');
        match value {
            Said::Text(text) => percent_encode(&mut self.path, text),
            Said::Whole(whole) => self.path.push_str(&decimal(whole as i64)),
            Said::Flag(flag) => self.path.push_str(if flag { "true" } else { "false" }),
        }
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
