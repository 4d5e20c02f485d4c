// The event in a write's answer, by which the answer is told from another write's.
import { Cursor, exact } from "./cursor.js";
import { own } from "./own.js";
import { isInternalBucket, trimmed } from "./text.js";

/** All types that this version knows. A type that a later server adds is no reason to refuse an answer. */
const TYPES = "standard reservation_create hold_release void bucket_delete";

/**
 * What the answer in this text says of the write behind it, whatever else is wrong with it: `isReplay`, whether the ledger had the write already;
 * `isOurs`, whether its event carries the nonce of the write, and so proves it; `isForeign`, whether it is the replay of another request, since the ledger
 * replays the first answer of a nonce whatever is asked. Only a replay is compared: a first answer is to what was asked.
 */
export function compared(text, { bucket, nonce, expected }, isOk) {
  const { event, deduplicated } = saidIn(text);
  const isReplay = deduplicated == null ? isOk : deduplicated === true;
  const isForeign = isReplay && event !== undefined && !fits(event, expected, bucket);
  return { isReplay, isForeign, isOurs: event !== undefined && !isForeign && own(event, "idempotency_nonce") === nonce };
}

/** The one event of an answer, and whether it says that it is a replay. */
function saidIn(text) {
  const cursor = new Cursor(text);
  const said = { __proto__: null, event: undefined, deduplicated: undefined };
  let events = 0;
  try {
    cursor.members((key) => {
      const value = cursor.any(exact, 1);
      if (key === "event") events++;
      if (key === "event" || key === "deduplicated") said[key] = value;
    });
    cursor.end();
  } catch {
    return { event: undefined, deduplicated: undefined };
  }
  const isObject = typeof said.event === "object" && said.event !== null && !Array.isArray(said.event);
  return { deduplicated: said.deduplicated, event: events === 1 && isObject ? said.event : undefined };
}

/** Whether the event is the one that the write makes. What a server leaves out speaks against nothing. */
function fits(event, expected, bucket) {
  const [type, found, amount, hold] = ["type", "bucket", "amount", "hold_amount"].map((name) => own(event, name));
  return !(
    (typeof type === "string" && type !== expected.type && TYPES.split(" ").includes(type)) ||
    // Some servers tell their own name of the bucket.
    (typeof found === "string" && !isInternalBucket(found) && isOther(found, bucket)) ||
    isOther(own(event, "account"), expected.account) ||
    (typeof amount === "bigint" && amount != expected.amount) ||
    (expected.holdAmount !== undefined && typeof hold === "bigint" && hold >= 0 && hold != expected.holdAmount) ||
    (expected.voidRef !== undefined && isOther(own(event, "void_ref"), expected.voidRef))
  );
}

const isOther = (found, asked) => typeof found === "string" && trimmed(found) !== trimmed(asked);
