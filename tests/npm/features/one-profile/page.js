// A page with a login: whoever it is has a client, and all of them one store.
import { Shardd } from "shardd-wasm";
import { indexedDbStore } from "shardd-wasm/stores";

const store = indexedDbStore("app");
let shardd;
let user;

/** Its balance decides nothing here. */
const ALLOWED = { skipHold: true, maxOverdraft: 1_000 };

Object.assign(globalThis, {
  logIn({ name, token }, edges) {
    shardd?.close();
    user = name;
    shardd = new Shardd(async () => token, { edges, store, owner: name });
  },

  logOut() {
    shardd.close();
  },

  charge: (nonce, amount) => shardd.charge("shop", "wallet", amount, { ...ALLOWED, idempotencyNonce: nonce, note: `a note of ${user}` })
    .then(({ event, deduplicated }) => ({ deduplicated, amount: event.amount }), ({ code, outcome }) => ({ code, outcome })),

  async unfinished() {
    const pending = (await shardd.pending()).map(({ idempotencyNonce }) => idempotencyNonce);
    const resumed = (await shardd.resume()).map(({ write, result }) => [write.idempotencyNonce, result.event.amount]);
    return { pending, resumed };
  },

  forget: (options) => shardd.forget(options),

  /** All that is stored of anybody. */
  async kept() {
    const records = [];
    for await (const [key, bytes] of store.list("")) records.push([key, `${key} ${new TextDecoder("latin1").decode(bytes)}`]);
    return { keys: records.map(([key]) => key).sort(), text: records.map(([, text]) => text).join("\n") };
  },

  ready: true,
});
