// Printed by `cargo xtask generate` from src/protocol: change that, not this.
// `as` reads a value of each kind, and throws where it is another one.

/** An entry of the ledger; entries are never changed. */
export function event(row, as) {
  as.holds(row, 14);
  return {
    eventId: as.text(row.event_id),
    originNodeId: as.text(row.origin_node_id),
    originEpoch: as.count(row.origin_epoch),
    originSeq: as.count(row.origin_seq),
    createdAtUnixMs: as.count(row.created_at_unix_ms),
    type: as.text(row.type),
    bucket: as.text(row.bucket),
    account: as.text(row.account),
    amount: as.money(row.amount),
    note: row.note === null ? null : as.text(row.note),
    idempotencyNonce: as.text(row.idempotency_nonce),
    voidRef: row.void_ref === null ? null : as.text(row.void_ref),
    holdAmount: row.hold_amount === null ? null : as.hold(row.hold_amount),
    holdExpiresAtUnixMs: row.hold_expires_at_unix_ms === null ? null : as.hold(row.hold_expires_at_unix_ms),
  };
}

/** One account's row in {@link Balances}. */
export function balance(row, as) {
  as.holds(row, 7);
  return {
    bucket: as.text(row.bucket),
    account: as.text(row.account),
    balance: as.money(row.balance),
    availableBalance: as.money(row.available_balance),
    activeHoldTotal: as.money(row.active_hold_total),
    reservedByOrigin: as.map(row.reserved_by_origin, reserved),
    eventCount: as.count(row.event_count),
  };
}

/** The holds that one node has on an account. */
export function reserved(row, as) {
  as.holds(row, 4);
  return {
    reservedAmount: as.hold(row.reserved_amount),
    reservationCount: as.count(row.reservation_count),
    nextExpiryUnixMs: row.next_expiry_unix_ms === null ? null : as.hold(row.next_expiry_unix_ms),
    latestExpiryUnixMs: row.latest_expiry_unix_ms === null ? null : as.hold(row.latest_expiry_unix_ms),
  };
}
