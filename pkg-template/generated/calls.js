// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** A class with a method for each operation, which hands on to `call`. */
export const calls = (call) => class Calls {
  createEvent(bucket, account, amount, options) { return call(this, "createEvent", [bucket, account, amount], options); }
  charge(bucket, account, amount, options) { return call(this, "charge", [bucket, account, amount], options); }
  credit(bucket, account, amount, options) { return call(this, "credit", [bucket, account, amount], options); }
  reserve(bucket, account, amount, ttlMs, options) { return call(this, "reserve", [bucket, account, amount, ttlMs], options); }
  settle(bucket, account, reservationId, amount, options) { return call(this, "settle", [bucket, account, reservationId, amount], options); }
  release(bucket, account, reservationId, options) { return call(this, "release", [bucket, account, reservationId], options); }
  listEvents(bucket, options) { return call(this, "listEvents", [bucket], options); }
  getBalances(bucket, options) { return call(this, "getBalances", [bucket], options); }
  getAccount(bucket, account, options) { return call(this, "getAccount", [bucket, account], options); }
  edges(options) { return call(this, "edges", [], options); }
  health(baseUrl, options) { return call(this, "health", [baseUrl], options); }
  listMyBuckets(filter) { return call(this, "listMyBuckets", [], filter); }
  listMyDeletedBuckets(options) { return call(this, "listMyDeletedBuckets", [], options); }
  getMyBucket(bucket, options) { return call(this, "getMyBucket", [bucket], options); }
  listMyBucketEvents(bucket, filter) { return call(this, "listMyBucketEvents", [bucket], filter); }
  createMyBucketEvent(bucket, account, amount, options) { return call(this, "createMyBucketEvent", [bucket, account, amount], options); }
  listMyEvents(filter) { return call(this, "listMyEvents", [], filter); }
  deleteMyBucket(bucket, options) { return call(this, "deleteMyBucket", [bucket], options); }
};
