// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** A client's options: the kind of each, its default, and the least that it may be. Of a choice the first is the default. */
export const CLIENT = {
  edges: ["edges"],
  allowHttp: ["flag", false],
  timeoutMs: ["span", 30000],
  attemptTimeoutMs: ["span", 10000],
  probeTimeoutMs: ["span", 2000],
  cooldownMs: ["span", 60000],
  settleMs: ["span", 1000, 500],
  ambiguousWrites: ["failover|same-edge"],
  maxAttempts: ["span", 3],
  maxBodyBytes: ["count", 33554432],
  integers: ["number|bigint"],
  fetch: ["function"],
  owner: ["owner"],
  ledger: ["ledger"],
  store: ["store"],
  storeFailure: ["closed|open"],
  storeTimeoutMs: ["span", 5000],
  rememberEdge: ["memory", false],
  discover: ["discover", false],
  onEvent: ["function"],
  signal: ["signal"],
  waitUntil: ["function"],
};

/** What calls can be told: sets of options, each with its kind. */
export const TAKES = {
  call: "signal:signal timeoutMs:span edge:text waitUntil:function",
  create: "call note:note settleReservation:text releaseReservation:text maxOverdraft:count holdAmount:count skipHold:flag holdExpiresAtUnixMs:count minAcks:acks ackTimeoutMs:count idempotencyNonce:nonce",
  my_buckets: "call q:text page:count limit:count",
  my_bucket_events: "call q:text account:text page:count limit:count",
  my_events: "call bucket:text account:text origin:text eventType:text sinceMs:count untilMs:count search:text limit:count offset:count replication:flag",
  charge: "call note:note maxOverdraft:count holdAmount:count skipHold:flag holdExpiresAtUnixMs:count minAcks:acks ackTimeoutMs:count idempotencyNonce:nonce",
  reserve: "call note:note maxOverdraft:count minAcks:acks ackTimeoutMs:count idempotencyNonce:nonce",
  credit: "call note:note minAcks:acks ackTimeoutMs:count idempotencyNonce:nonce",
  account: "call after:after",
  withApiKey: "owner:owner",
  forget: "pending:flag",
};

// Numbers of the checks.
export const SPAN_MAX = 2147483647;
export const ACKS_MAX = 4294967295;
export const EDGES_MAX = 64;
export const NOTE_MAX = 4096;
export const NONCE_MAX = 128;
export const ROW_MAX_BYTES = 2500;
export const OWNER_MAX_BYTES = 256;
export const LEDGER_MAX_BYTES = 256;
export const TTL_MIN_MS = 5000;
export const NONCE_OWN = "reserve: release: void:";
export const PRODUCTION = "https://use1.api.shardd.xyz https://euc1.api.shardd.xyz https://ape1.api.shardd.xyz";
export const PRODUCTION_HOST = "api.shardd.xyz";
