// Records in Cloudflare's Durable Objects: from outside by compare-and-set, from inside in one transaction.
import { given } from "../snapshot.js";
import { overCas } from "./cas.js";
import { closable } from "./closable.js";
import { StoreError } from "./error.js";
import { onceMore } from "./repeat.js";
import { turn } from "./turn.js";

/**
 * By what Cloudflare says of an exception (developers.cloudflare.com/durable-objects/best-practices/error-handling): a passing
 * failure, or a reset object, is asked again through a new stub, since the old one may be broken for good; one that is overloaded
 * is not asked again, which would only add to its load.
 */
const isLost = (error) => !error?.overloaded && Boolean(error?.retryable || error?.durableObjectReset);

const failed = (cause, isSent) => new StoreError(
  "failed",
  `The Durable Object ${cause?.overloaded ? "is overloaded" : "failed"}: see the cause, and try again.`,
  { cause, written: isSent ? null : false },
);

/** `objects` share the keys among them; each is a place of its own, and asked one thing after another. */
export function durableObjectStore(namespace, options) {
  const { name = "shardd", objects = 1 } = given(options);
  // Made for each request: see isLost.
  const stub = (at) => namespace.get(namespace.idFromName(`${name}:${at}`));
  const of = (key) => stub(place(key, objects));
  const methods = {
    read: (key) => of(key).read(key),
    write: (key, version, bytes, expiresAtUnixMs, stamps) => of(key).write(key, version, bytes, expiresAtUnixMs, stamps),
    async *list(prefix) {
      const once = onceMore(isLost);
      for (let at = 0; at < objects; at++) {
        for (let after; ; ) {
          const rows = await once.ask(() => stub(at).list(prefix, after)).catch((cause) => { throw failed(cause, false); });
          yield* rows;
          if (rows.length === 0) break;
          [after] = rows[rows.length - 1];
        }
      }
    },
  };
  return closable(overCas(methods, { isLost, failed }));
}

/** In one's own object, under keys with this prefix. */
export function durableObjectStorage(storage, options) {
  const { prefix = "", now = () => Date.now() } = given(options);
  return closable({
    update: (key, step) => storage.transaction(async (transaction) => {
      const { reply, entry } = turn(step, await transaction.get(prefix + key), now());
      if (entry) await transaction.put(prefix + key, entry);
      if (entry === null) await transaction.delete(prefix + key);
      return reply;
    }),

    async *list(wanted) {
      for await (const [key, { bytes, expiresAtUnixMs }] of stored(storage, prefix + wanted)) {
        if (now() < expiresAtUnixMs) yield [key.slice(prefix.length), bytes];
      }
    },

    /** Drops what has expired, best from an alarm; says when the next record expires. */
    async sweep() {
      let nextUnixMs = Infinity;
      for await (const [key, { expiresAtUnixMs }] of stored(storage, prefix)) {
        if (now() < expiresAtUnixMs) nextUnixMs = Math.min(nextUnixMs, expiresAtUnixMs);
        else await storage.delete(key);
      }
      return nextUnixMs;
    },
  });
}

/** How much is read at once: objects have 128 MB. */
const PAGE = 500;

/** Entry by entry, from the first key with this prefix, or from the one after `after`. */
export async function* stored(storage, prefix, after) {
  for (;;) {
    const page = await storage.list({ __proto__: null, prefix, limit: PAGE, ...(after === undefined ? {} : { startAfter: after }) });
    if (page.size === 0) return;
    yield* page;
    after = [...page.keys()].pop();
  }
}

/** FNV-1a. */
function place(key, places) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % places;
}
