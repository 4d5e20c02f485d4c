// What makes a write itself: its body, its nonce, and what the nonce stands for.
import { FINGERPRINT } from "../generated/operations.js";
import { ROW_MAX_BYTES } from "../generated/options.js";
import { longRow } from "../generated/sentences.js";
import { Cursor, exact } from "./cursor.js";
import { own } from "./own.js";
import { refuse } from "./refuse.js";
import { byteLength } from "./text.js";
import { quoted, written } from "./writer.js";

const MOVES_MONEY = FINGERPRINT.split(" ");
/** Most bytes that a unit of a text has in UTF-8. */
const UNIT_MAX_BYTES = 3;

/** The request of a write: `named` are its arguments, `sends` the options of a body in their order. */
export function write(request, named, sends, makeNonce) {
  const { given } = request;
  const { bucket, account, amount = 0, ttlMs } = named;
  const nonce = given.idempotencyNonce === undefined ? makeNonce() : given.idempotencyNonce;
  checkRow(bucket, account, nonce);
  const whose = `{"bucket":${quoted(bucket)},"account":${quoted(account)}`;
  let body = `${whose},"amount":${amount}`;
  for (const [option, wire] of sends) {
    const value = option === "idempotencyNonce" ? nonce : given[option];
    if (value !== undefined) body += `,"${wire}":${written(value)}`;
  }
  request.body = `${body}}`;
  request.nonce = nonce;
  request.fingerprint = whose + identity(amount, ttlMs, given);
  request.replayable = true;
  request.expected = expectedOf(account, amount, given.holdAmount, given.releaseReservation);
  if (ttlMs !== undefined) request.ttlMs = Number(ttlMs);
  return request;
}

/** The three together must fit the server's index row: one that does not takes every write of the same batch with it. */
function checkRow(bucket, account, nonce) {
  const isShort = (2 * bucket.length + account.length + nonce.length) * UNIT_MAX_BYTES <= ROW_MAX_BYTES;
  if (!isShort && 2 * byteLength(bucket) + byteLength(account) + byteLength(nonce) > ROW_MAX_BYTES) refuse(longRow);
}

/** The rest of a fingerprint: what moves money. All else may differ between two calls for the same write, since the ledger answers a nonce that it has with
 * the first write, whatever is said beside it. Of a reservation the time that was asked for counts, and not its end, which is computed anew in each call. */
function identity(amount, ttl_ms, { settleReservation, releaseReservation, holdAmount: hold_amount }) {
  const reservation = settleReservation === undefined ? releaseReservation : settleReservation;
  const values = { amount, mode: modeOf(amount, hold_amount, settleReservation, releaseReservation), reservation, hold_amount, ttl_ms };
  let text = "";
  for (const name of MOVES_MONEY) if (values[name] !== undefined) text += `,"${name}":${written(values[name])}`;
  return `${text}}`;
}

/** What the ledger takes a write for. */
function modeOf(amount, holdAmount, settled, released) {
  if (settled !== undefined) return "settle";
  if (released !== undefined) return "release";
  if (amount == 0 && holdAmount !== undefined) return "reserve";
  return amount < 0 ? "charge" : "credit";
}

/** The event that the ledger makes of a write. */
export function expectedOf(account, amount, holdAmount, released) {
  const voidRef = amount == 0 ? released : undefined;
  const hold = amount == 0 ? holdAmount : undefined;
  const type = voidRef !== undefined ? "hold_release" : hold !== undefined ? "reservation_create" : "standard";
  return { type, account, amount, holdAmount: hold, voidRef };
}

/** The body with the end of its hold, which is known when the first copy leaves. */
export const stamped = (body, expiresAtUnixMs) => `{"hold_expires_at_unix_ms":${expiresAtUnixMs},${body.slice(1)}`;

/** The write that a store has a record of, byte for byte: `note` is `{ path, bucket, body, fingerprint, nonce, ttlMs }`, and `given` how this call is made. */
export function recorded({ path, bucket, body, fingerprint, nonce, ttlMs }, given) {
  const sent = new Cursor(body).any(exact);
  const [account, amount, holdAmount, released] = ["account", "amount", "hold_amount", "release_reservation"].map((name) => own(sent, name));
  return {
    operation: "resume", method: "POST", path, body, bucket, reads: "created", open: false, nonce, fingerprint, replayable: true,
    expected: expectedOf(account, amount, holdAmount, released), ttlMs, after: undefined, given,
  };
}
