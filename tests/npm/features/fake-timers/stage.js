// A client whose fetch needs no timers of its own: fake timers stop Node's own Response, and Jest's users mock fetch in the same way.
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

/** Answers in memory, recorded from a local region before any clock was faked. */
export async function stage() {
  const local = localShardd({ regions: 1 });
  const asked = new Shardd("key", { edges: local.edges, fetch: local.fetch });
  await asked.credit("app", "alice", 5, { idempotencyNonce: "first" });
  const wire = {};
  for (const path of ["/gateway/health", "/balances?bucket=app"]) wire[path] = await taken(local, path);
  return { local, fetch: answering(wire) };
}

async function taken(local, path) {
  const response = await local.fetch(local.edges[0] + path, { headers: { authorization: "Bearer key" } });
  return new Uint8Array(await response.arrayBuffer());
}

const answering = (wire) => async (url, { method, body }) => {
  const bytes = method === "POST" ? booked(JSON.parse(body)) : wire[url.replace(/^https?:\/\/[^/]+/, "")];
  return { status: method === "POST" ? 201 : 200, headers: { get: () => null }, body: null, arrayBuffer: async () => bytes.slice().buffer };
};

/** What the ledger says of a credit. */
function booked({ account, amount, idempotency_nonce: nonce }) {
  const event = {
    event_id: "e", origin_node_id: "n", origin_epoch: 1, origin_seq: 1, created_at_unix_ms: 1, type: "standard", bucket: "app", account, amount,
    note: null, idempotency_nonce: nonce, void_ref: null, hold_amount: 0, hold_expires_at_unix_ms: 0,
  };
  const acks = { requested: 0, received: 0, timeout: false };
  return new TextEncoder().encode(JSON.stringify({
    event, balance: amount, available_balance: amount, deduplicated: false, emitted_events: [event], acks,
  }));
}

export const client = (fetch, options) => new Shardd("key", { edges: ["https://one.shardd.test"], fetch, ...options });

/** Fails where a call hangs: by a timer of before. */
export function soon(call, real) {
  return new Promise((resolve, reject) => {
    const timer = real.setTimeout(() => reject(new Error("the call hangs")), 20_000);
    call.then(resolve, reject).finally(() => real.clearTimeout(timer));
  });
}
