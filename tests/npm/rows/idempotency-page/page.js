// What the tests call in a tab: things done once for all tabs of the origin. `ran` is the world outside, which counts.
import { Idempotency, idempotentFetch } from "shardd-wasm/idempotency";
import { indexedDbStore } from "shardd-wasm/stores";

const REQUEST = { operation: "ship", body: { order: 7 } };
const told = ({ name, code, ran, reason, message, cause }) => ({ name, code, ran, reason, message, cause: cause && told(cause) });
const ended = (promise) => promise.catch((error) => ({ error: told(error) }));
const gates = new Map();
let idempotency, held;

/** Resolves when the test says `open`, or never. */
const gate = (name) => new Promise((resolve) => gates.set(name, resolve));

Object.assign(globalThis, {
  use(options = {}, name = "app") {
    idempotency = new Idempotency(indexedDbStore(name), options);
  },

  execute: (key, waits) => ended(idempotency.execute(key, REQUEST, async ({ fencingToken, lapsed }) => {
    const value = await globalThis.ran(key, fencingToken, lapsed ?? null);
    if (waits) await gate(key);
    return value;
  })),

  open: (key) => gates.get(key)(),

  async claim(key) {
    held = await idempotency.claim(key, REQUEST);
    return { status: held.status, fencingToken: held.fencingToken };
  },

  complete: (value) => ended(held.complete(value)),
  replay: () => ended(held.replay()),
  look: (key) => ended(idempotency.get(key)),

  /** Puts bytes under a key, as another version or another program would. */
  plant: (key, bytes) => indexedDbStore("app").update(key, () => ({ put: Uint8Array.from(bytes), expiresAtUnixMs: Date.now() + 60_000 })),

  /** Adds one to a counter so many times, all at once. */
  count: (times) => Promise.all(Array.from({ length: times }, () => indexedDbStore("app").update("count", (bytes) => {
    const [low, high] = bytes ?? [0, 0];
    const sum = low + high * 256 + 1;
    return { reply: sum, put: Uint8Array.of(sum % 256, sum >> 8), expiresAtUnixMs: Date.now() + 60_000 };
  }))),

  send: async (key) => (await idempotentFetch("/page.html", { body: "5" }, { key, store: indexedDbStore("app") })).status,

  ready: true,
});
