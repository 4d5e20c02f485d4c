// The two answers that may be long, by the engine's own JSON.parse: several times as fast as any reader in wasm, which has to hand its
// text on to JSON.parse all the same. Only what is exactly as promised is taken. Whatever is not, or might not be (a figure of sixteen
// digits, an escaped character, a field too many, too few or twice), goes to the reader in the wasm, whose tables (src/answer.rs) decide.

/** What a list of this name says, or nothing where the wasm has to read it. */
export function listed(name, bytes, isBigint) {
  if (hasLongFigure(bytes)) return undefined;
  try {
    // A byte order mark is no JSON: kept, it is refused.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (UNSURE.some((part) => text.includes(part))) return undefined;
    const promised = new Promised(isBigint);
    const read = promised[name](JSON.parse(text));
    // JSON.parse lets a field come twice: then the text has more of them than were read.
    return promised.members === count(text, '":') ? read : undefined;
  } catch {
    return undefined;
  }
}

/** What escapes stand for may be no character, and white space before a colon hides the field that it follows from being counted. */
const UNSURE = ["\\u", " :", "\t:", "\n:", "\r:"];

/** More digits than any number below 2^53 is sure to have: looked for at every sixteenth byte, where such a run must pass. */
const DIGITS = 16;
const isDigit = (byte) => byte >= 48 && byte <= 57;

function hasLongFigure(bytes) {
  for (let at = DIGITS - 1; at < bytes.length; at += DIGITS) {
    if (!isDigit(bytes[at])) continue;
    let from = at;
    let to = at;
    while (isDigit(bytes[from - 1])) from--;
    while (isDigit(bytes[to + 1])) to++;
    if (to - from + 1 >= DIGITS) return true;
  }
  return false;
}

function count(text, part) {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found++;
  return found;
}

function must(holds) {
  if (!holds) throw new TypeError("This is not as promised.");
}

const text = (value) => {
  must(typeof value === "string");
  return value;
};
// `-0` is a number of its own in JavaScript; credits know only one zero.
const whole = (value) => {
  must(Number.isSafeInteger(value));
  return value + 0;
};
const counter = (value) => {
  must(value >= 0);
  return whole(value);
};
const orNull = (read, value) => (value === null ? null : read(value));

class Promised {
  members = 0;

  constructor(isBigint) {
    this.money = isBigint ? (value) => BigInt(whole(value)) : whole;
    this.hold = isBigint ? (value) => BigInt(counter(value)) : counter;
  }

  events(answer) {
    this.holds(answer, 1);
    return { events: answer.events.map((event) => this.event(event)) };
  }

  balances(answer) {
    this.holds(answer, 2);
    return { accounts: answer.accounts.map((account) => this.balance(account)), totalBalance: this.money(answer.total_balance) };
  }

  // One literal for each kind of row: engines give all of them one shape, and write ten thousand in the time that a loop over a table
  // takes for two thousand.
  event(row) {
    this.holds(row, 14);
    return {
      eventId: text(row.event_id),
      originNodeId: text(row.origin_node_id),
      originEpoch: counter(row.origin_epoch),
      originSeq: counter(row.origin_seq),
      createdAtUnixMs: counter(row.created_at_unix_ms),
      type: text(row.type),
      bucket: text(row.bucket),
      account: text(row.account),
      amount: this.money(row.amount),
      note: orNull(text, row.note),
      idempotencyNonce: text(row.idempotency_nonce),
      voidRef: orNull(text, row.void_ref),
      holdAmount: orNull(this.hold, row.hold_amount),
      holdExpiresAtUnixMs: orNull(this.hold, row.hold_expires_at_unix_ms),
    };
  }

  balance(row) {
    this.holds(row, 7);
    return {
      bucket: text(row.bucket),
      account: text(row.account),
      balance: this.money(row.balance),
      availableBalance: this.money(row.available_balance),
      activeHoldTotal: this.money(row.active_hold_total),
      reservedByOrigin: this.reservedByOrigin(row.reserved_by_origin),
      eventCount: counter(row.event_count),
    };
  }

  reservedByOrigin(nodes) {
    must(Object(nodes) === nodes && !Array.isArray(nodes));
    const reserved = {};
    for (const node of Object.keys(nodes)) {
      must(node !== "__proto__");
      this.members++;
      reserved[node] = this.reserved(nodes[node]);
    }
    return reserved;
  }

  reserved(row) {
    this.holds(row, 4);
    return {
      reservedAmount: this.hold(row.reserved_amount),
      reservationCount: counter(row.reservation_count),
      nextExpiryUnixMs: orNull(this.hold, row.next_expiry_unix_ms),
      latestExpiryUnixMs: orNull(this.hold, row.latest_expiry_unix_ms),
    };
  }

  /** `row` has so many fields: with each promised one asked for by name, no others. */
  holds(row, fields) {
    must(Object.keys(row).length === fields);
    this.members += fields;
  }
}
