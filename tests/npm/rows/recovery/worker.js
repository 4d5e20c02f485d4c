// One isolate whose wasm fails amid the calls of several requests.
import { Shardd } from "shardd-wasm";

let shardd;

function client(env) {
  // An answer longer than the memory of this wasm: see row.mjs.
  const fetch = (url, init) => url.includes("huge") ? Promise.resolve(new Response(new Uint8Array(64 * 1024 * 1024))) : globalThis.fetch(url, init);
  // Longer than row.mjs needs from the first copy's arrival to the trap, also on a slow machine; and so long a copy that no trap can cut is waited for.
  return new Shardd("local", { edges: env.SHARDD_EDGES.split(","), fetch, attemptTimeoutMs: 4_000, settleMs: 500, maxBodyBytes: 128 * 1024 * 1024 });
}

export default {
  async fetch(request, env) {
    shardd ??= client(env);
    const { pathname, searchParams } = new URL(request.url);
    const nonce = searchParams.get("nonce");
    const call = pathname === "/huge"
      ? shardd.listEvents("huge")
      : shardd.charge("recovery", "alice", 1, { idempotencyNonce: nonce, skipHold: true, maxOverdraft: 1_000 });
    return Response.json(await call.then(
      ({ deduplicated, event }) => ({ deduplicated, nonce: event.idempotencyNonce }),
      ({ name, outcome, idempotencyNonce, cause }) => ({ name, outcome, nonce: idempotencyNonce, cause: cause?.name }),
    ));
  },
};
