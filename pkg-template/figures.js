// Money and expiries where they come out of the wasm as digits: in bigint mode, and where a number would round them.

const money =
  /^(amount|holdAmount|reservedAmount|(available|total)?balance|activeHoldTotal|(holdE|e)xpiresAtUnixMs|(next|latest)ExpiryUnixMs)$/i;

/** For JSON.parse. */
export function revive(key, value) {
  return typeof value === "string" && money.test(key) && /^-?\d+$/.test(value) ? BigInt(value) : value;
}

/** For JSON.stringify, which knows no bigints: their digits. */
export function digits(_, value) {
  return typeof value === "bigint" ? String(value) : value;
}
