// Rows as a ledger lists them.

const NODE = "49edf0fe-7cf0-4c2d-992c-baa65b593636";

export const events = (count) => ({
  events: Array.from({ length: count }, (_, at) => ({
    event_id: `event ${at}`,
    origin_node_id: NODE,
    origin_epoch: 1,
    origin_seq: at + 1,
    created_at_unix_ms: 1_795_319_284_367 + at,
    type: at % 2 ? "reservation_create" : "standard",
    bucket: "b",
    account: `user:${at}`,
    amount: at % 2 ? 0 : 5 - at,
    note: at % 3 ? null : `order #${at}`,
    idempotency_nonce: `nonce ${at}`,
    void_ref: at % 5 ? null : "event 0",
    hold_amount: at % 2 ? at : 0,
    hold_expires_at_unix_ms: at % 2 ? 1_795_319_884_367 : 0,
  })),
});

export const balances = (count) => ({
  accounts: Array.from({ length: count }, (_, at) => ({
    bucket: "b",
    account: `user:${at}`,
    balance: 1_000 * at - 5,
    available_balance: 900 * at,
    active_hold_total: 100 * at,
    reserved_by_origin: at % 2 ? { [NODE]: { reserved_amount: at, reservation_count: 1, next_expiry_unix_ms: 1_795_319_884_367, latest_expiry_unix_ms: at % 3 ? 1_795_319_884_367 : null } } : {},
    event_count: at,
  })),
  total_balance: 500 * count,
});
