// An answer to every call, as the ledger gives it, for chance to change.
const ID = "0d1b2c3d-0000-4000-8000-000000000000";
const INTERNAL = `user_${ID}__bucket_62`;

/** The event of a write with this nonce. */
const event = (nonce, over) => ({
  event_id: ID, origin_node_id: "n", origin_epoch: 1, origin_seq: 7, created_at_unix_ms: 1795855747896, type: "standard", bucket: "b", account: "a", amount: 5,
  note: null, idempotency_nonce: nonce, void_ref: null, hold_amount: 0, hold_expires_at_unix_ms: 0, ...over,
});
const created = (one, rest) => ({ event: one, emitted_events: [one], balance: 5, available_balance: 5, deduplicated: false, acks: null, ...rest });
const reserved = { n: { reserved_amount: 5, reservation_count: 1, next_expiry_unix_ms: 5, latest_expiry_unix_ms: null } };
const row = { bucket: "b", total_balance: 1, available_balance: 1, active_hold_total: 0, account_count: 1, event_count: 1, last_event_at_unix_ms: null };
const edge = {
  edge_id: "e", region: "r", base_url: "u", health_url: "h", reachable: true, ready: true, observed_at_unix_ms: 5, discovered_nodes: 3, healthy_nodes: 3,
  best_node_rtt_ms: 0, sync_gap: 0, overloaded: false,
};
const balance = (over) => ({ bucket: "b", account: "a", balance: 5, available_balance: 5, active_hold_total: 0, reserved_by_origin: reserved, event_count: 3, ...over });

/** By the names of the calls, of the nonce. */
export const GOOD_ANSWERS = {
  createEvent: (nonce) => created(event(nonce), { acks: { received: 0, requested: 0, timeout: false } }),
  charge: (nonce) => created(event(nonce, { amount: -5, bucket: INTERNAL }), { emitted_events: [event(`reserve:${nonce}`, { type: "reservation_create" }), event(nonce)] }),
  credit: (nonce) => created(event(nonce), { deduplicated: true }),
  reserve: (nonce) => created(event(nonce, { type: "reservation_create", amount: 0, hold_amount: 5, hold_expires_at_unix_ms: 99 }), { deduplicated: true }),
  settle: (nonce) => created(event(nonce, { amount: -5, void_ref: "r" }), { deduplicated: true }),
  release: (nonce) => created(event(nonce, { type: "hold_release", amount: 0, void_ref: "r" }), { deduplicated: true }),
  createMyBucketEvent: (nonce) => created(event(nonce), { deduplicated: true, emitted_events: [] }),
  listEvents: () => ({ events: [event("x"), event("y", { note: "h\u00e9llo \" \\ \n" })] }),
  getBalances: () => ({ accounts: [balance(), balance({ account: "c", reserved_by_origin: {} })], total_balance: 10 }),
  getAccount: () => ({ balance: 5, available_balance: 5, status: "provisional", reserved_by_origin: reserved, contributing_origins: { "n:1": { head: 1, max_known: 2 } } }),
  edges: () => ({ observed_at_unix_ms: 5, edges: [edge] }),
  health: () => ({
    observed_at_unix_ms: 5, edge_id: null, region: null, base_url: null, ready: true, discovered_nodes: 3, healthy_nodes: 3, best_node_rtt_ms: null, sync_gap: null,
    overloaded: null, auth_enabled: false,
  }),
  listMyBuckets: () => ({ buckets: [row], total: 1, page: 1, limit: 25 }),
  listMyDeletedBuckets: () => ({ buckets: [{ name: "x", deleted_at_unix_ms: 5 }] }),
  getMyBucket: () => ({ summary: row, accounts: [{ account: "a", balance: 1, available_balance: 1, active_hold_total: 0, event_count: 1, last_event_at_unix_ms: 5 }] }),
  listMyBucketEvents: () => ({ events: [event("x")], total: 1, page: 1, limit: 25 }),
  listMyEvents: () => ({
    events: [event("x")], total: 1, limit: 100, offset: 0, heads: { "b\tn:1": 5 }, max_known_seqs: { x: 1 },
    replication: { per_node: { n: { error: null, heads: { x: 1 }, max_known_seqs: {} } } },
  }),
  deleteMyBucket: () => ({ bucket: INTERNAL, event_id: ID }),
};

/** What an edge says that refuses or fails; JSON where it is an object. */
export const REFUSALS = [
  { error: "insufficient_funds", balance: 5, available_balance: 5, projected_available_balance: -5, limit: 0 },
  { error: "insufficient_funds", balance: 9, available_balance: 5, projected_available_balance: -5, limit: 0, hold_blocking: true, hint: "lower the hold" },
  { error: "Insufficient-Funds: too low", available_balance: 4 }, { error: "no", code: "INSUFFICIENT_FUNDS" }, { message: "insufficient funds", hint: "sk_live_x" },
  { error: "reservation 'x' not found" }, { error: "reservation 'x' has expired" }, { error: "reservation 'not found' has already been released" },
  { error: "settle attempted 501 against a reservation of 500" }, { error: `bucket '${INTERNAL}' was permanently deleted and cannot be written to` },
  { error: `bucket '${INTERNAL}' was already deleted.` }, { error: "bucket name '__meta__' is reserved" }, { error: "user_ user_x user_1__bucket_2-3 and more..." },
  { error: "api_key_revoked" }, { error: "api_key_expired" }, { error: "user_frozen" }, { error: "invalid_api_key" }, { error: "missing bearer api key" },
  { error: "dashboard auth is not configured" }, { error: "dashboard introspection failed with 401" }, { error: "error sending request for url (http://x)" },
  { error: "no libp2p nodes discovered" }, { error: "node warming up" }, { error: "client RPC failed: Timeout" }, { error: "Bearer sk_live_x is bad" }, { error: "x".repeat(301) },
  { error: "\u00e9".repeat(151) }, { error: "a < b" }, { error: "two\nlines" }, { error: " \u0085 . " }, { error: 5 }, { error: "{again} {words} $&" }, {}, [], null, "",
  "Failed to deserialize the JSON body into the target type: x", "Failed to read: sk_live_x", "<html>", "\ufeff{}", "{", "{\"error\":\"a\",\"error\":\"b\"}",
];
export const STATUSES = [301, 307, 400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 422, 429, 431, 451, 500, 501, 502, 503, 504, 520, 530, 599];
export const RETRY_AFTER = ["1", "0", " 2 ", "x", "", "-1", "1.5", "Thu, 01 Jan 1970 00:00:09 GMT", "Fri, 02 Jan 2026 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:60 GMT", "99999999999999999999"];
