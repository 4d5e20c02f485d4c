// A device: a store, three regions, and processes that come and go.
import { now } from "./time.js";
import { Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";

export const KEY = "sk_live_of-the-test";
/** Whose the writes are; by the key it would be a digest, which no virtual clock hurries. */
export const OWNER = "alice";
/** The name of the record of a nonce. */
export const nameOf = (nonce) => `shardd:3:o${OWNER}:${nonce}`;
/** A claim that nobody renews is taken over after so long. */
export const LEASE_MS = 5_000;

export function device({ store = memoryStore(), delaysMs = [6, 40, 120], ...options } = {}) {
  const local = localShardd({ regions: delaysMs.map((delayMs) => ({ delayMs })), seed: 1, keys: [{ token: KEY }] });
  const requests = [];
  const said = [];

  /** `leaves` sees each write just before it leaves; `more` are options of this process's client alone. */
  function start({ leaves, ...more } = {}) {
    let isDead = false;
    anotherProcess();
    const never = new Promise(() => {});
    // What a dead process asks for is not done, and what it asked for before is done and not heard of.
    const mortal = (work) => async (...args) => {
      if (isDead) return never;
      try {
        return await work(...args);
      } catch (error) {
        if (!isDead) throw error;
      } finally {
        if (isDead) await never;
      }
    };
    const fetch = mortal(async (url, init) => {
      if (init.method === "POST") {
        await leaves?.(url, init);
        requests.push({ url, atMs: now(), region: local.edges.findIndex((edge) => url.startsWith(edge)), body: JSON.parse(init.body) });
      }
      return local.fetch(url, init);
    });
    const { hold, watch } = store;
    const own = { update: mortal((key, step) => store.update(key, step)), list: (prefix) => store.list(prefix), hold, watch };
    const shardd = new Shardd(KEY, {
      edges: local.edges, fetch, store: own, onEvent: (event) => said.push(event), owner: OWNER, ...options, ...more,
    });
    return { shardd, die: () => { isDead = true; } };
  }

  return {
    local,
    store,
    start,
    /** The writes that were sent. */
    requests,
    /** What the clients said of themselves. */
    said,
    /** How often the ledger has the write with this nonce. */
    booked: (nonce) => local.events().filter(({ idempotencyNonce, type }) => idempotencyNonce === nonce && type === "standard").length,
  };
}

/** What the clients of one process share is lost with it: the next client of this module is one of another process. */
function anotherProcess() {
  const home = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description?.startsWith("shardd-wasm/"));
  if (home) globalThis[home].life = undefined;
}

/** All that a store holds, by key. */
export async function held(store, prefix = "") {
  const rows = new Map();
  for await (const [key, bytes] of store.list(prefix)) rows.set(key, bytes);
  return rows;
}

/** A call whose process will die: nobody hears how it ends. */
export const abandoned = (call) => void call.catch(() => {});

export const text = (bytes) => Buffer.from(bytes).toString("latin1");
export const CHARGE = { skipHold: true, maxOverdraft: 1_000 };
