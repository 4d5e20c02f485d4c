// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** Each call: method, path, shape of the answer, set of options, then its arguments. */
export const OPERATIONS = {
  createEvent: "POST /events created create bucket:n account:n amount:w",
  charge: "POST /events created charge bucket:n account:n amount:-",
  credit: "POST /events created credit bucket:n account:n amount:+",
  reserve: "POST /events created reserve bucket:n account:n amount:+hold_amount ttlMs:l",
  settle: "POST /events created credit bucket:n account:n reservationId:nsettle_reservation amount:-",
  release: "POST /events created credit bucket:n account:n reservationId:nrelease_reservation",
  listEvents: "GET /events?bucket={bucket} events call bucket:n",
  getBalances: "GET /balances?bucket={bucket} balances call bucket:n",
  getAccount: "GET /collapsed/{bucket}/{account} account account bucket:s account:s",
  edges: "OPEN /gateway/edges edges call",
  health: "OPEN /gateway/health health call edge:u?",
  listMyBuckets: "GET /v1/me/buckets my_buckets my_buckets",
  listMyDeletedBuckets: "GET /v1/me/buckets/deleted deleted_buckets call",
  getMyBucket: "GET /v1/me/buckets/{bucket} my_bucket call bucket:d",
  listMyBucketEvents: "GET /v1/me/buckets/{bucket}/events my_bucket_events my_bucket_events bucket:s",
  createMyBucketEvent: "POST /v1/me/buckets/{bucket}/events created create bucket:s account:n amount:w",
  listMyEvents: "GET /v1/me/events my_events my_events",
  deleteMyBucket: "DELETE /v1/me/buckets/{bucket}?mode=nuke deletion call bucket:s",
};
/** What a write's nonce stands for beside its bucket and account, in this order; all else may differ between two calls for one write. */
export const FINGERPRINT = "amount mode reservation hold_amount ttl_ms";
