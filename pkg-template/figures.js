// Money and expiries in the JSON of an error: as digits, in bigint mode, and where a number would round them.

const money =
  /^(amount|holdAmount|reservedAmount|(available|total)?balance|activeHoldTotal|(holdE|e)xpiresAtUnixMs|(next|latest)ExpiryUnixMs)$/i;

const isDigits = (value) => typeof value === "string" && /^-?\d+$/.test(value);

/** For JSON.parse. */
export function revive(key, value) {
  return money.test(key) && isDigits(value) ? BigInt(value) : value;
}

/** An error's record, with those of its figures that other records have as numbers or do not have. */
export function figured(record) {
  for (const name of ["projectedAvailableBalance", "limit"]) if (Object.hasOwn(record, name) && isDigits(record[name])) record[name] = BigInt(record[name]);
  return record;
}

/** For JSON.stringify, which knows no bigints: their digits. */
export function digits(_, value) {
  return typeof value === "bigint" ? String(value) : value;
}
