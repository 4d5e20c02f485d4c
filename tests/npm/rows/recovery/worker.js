// One isolate whose wasm fails amid the calls of several requests.
import { Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";

let shardd;

function client(env) {
  // An answer longer than the memory of this wasm, which records it: see row.mjs.
  const fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    if (!init.body || JSON.parse(init.body).account !== "huge") return response;
    return new Response(`${await response.text()}${" ".repeat(64 * 1024 * 1024)}`, { status: response.status });
  };
  // Longer than row.mjs needs from the first copy's arrival to the trap, also on a slow machine; and so long a copy that no trap can cut is waited for.
  return new Shardd("local", { edges: env.SHARDD_EDGES.split(","), fetch, attemptTimeoutMs: 4_000, settleMs: 500, maxBodyBytes: 128 * 1024 * 1024, store: memoryStore() });
}

export default {
  async fetch(request, env) {
    shardd ??= client(env);
    const { pathname, searchParams } = new URL(request.url);
    const nonce = searchParams.get("nonce");
    const account = pathname === "/huge" ? "huge" : "alice";
    const call = shardd.charge("recovery", account, 1, { idempotencyNonce: nonce, skipHold: true, maxOverdraft: 1_000 });
    return Response.json(await call.then(
      ({ deduplicated, event }) => ({ deduplicated, nonce: event.idempotencyNonce }),
      ({ name, outcome, idempotencyNonce, cause }) => ({ name, outcome, nonce: idempotencyNonce, cause: cause?.name }),
    ));
  },
};
