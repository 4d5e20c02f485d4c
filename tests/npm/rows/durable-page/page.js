// What the tests call in a tab: a client with the records of this origin, and the store itself.
import { Shardd } from "shardd-wasm";
import { indexedDbStore } from "shardd-wasm/stores";
import { conforms, movable } from "./suite.js";

const CHARGE = { skipHold: true, maxOverdraft: 1_000_000 };
const store = indexedDbStore("app");
const heard = [];
let shardd;

const told = ({ name, code, reason, outcome, message, cause, written, edge }) =>
  ({ name, code, reason, outcome, message, written, edge, cause: cause && { name: cause.name, reason: cause.reason, message: cause.message } });

Object.assign(globalThis, {
  store,
  heard,
  indexedDbStore,

  connect(edges, options) {
    shardd = new Shardd("local", { edges, store, onEvent: (event) => heard.push(event), ...options });
  },

  charge: (nonce, amount = 5) => shardd.charge("app", "alice", amount, { ...CHARGE, idempotencyNonce: nonce })
    .then((result) => ({ result }), (error) => ({ error: told(error) })),

  pending: () => shardd.pending().catch((error) => ({ error: told(error) })),

  resume: async () => (await shardd.resume()).map(({ write, result, error }) => ({ write, result, error: error && told(error) })),

  /** Two handles of one database; who waits is woken by either. */
  conforms() {
    const { now, pass } = movable();
    return conforms([indexedDbStore("table", { now }), indexedDbStore("table", { now })], pass);
  },

  /** What a step of this store comes to. */
  step: (name, put) => indexedDbStore(name).update("key", (bytes) => ({ reply: bytes ? [...bytes] : null, put: put && Uint8Array.from(put) }))
    .then((reply) => ({ reply }), (error) => ({ error: told(error) })),

  /** So many steps at once, each of which counts one up. */
  counts: (name, times) => {
    const counted = (globalThis.counted ??= indexedDbStore(name));
    return Promise.all(Array.from({ length: times }, () => counted.update("count", (bytes) => {
      const next = (bytes?.[0] ?? 0) + 1;
      return { reply: next, put: Uint8Array.of(next), expiresAtUnixMs: Infinity };
    }).catch(told)));
  },

  async held(nonce) {
    for await (const [key, bytes] of store.list("shardd:3:")) {
      if (key.endsWith(`:${nonce}`)) return { key, text: new TextDecoder("latin1").decode(bytes) };
    }
    return null;
  },

  ready: true,
});
