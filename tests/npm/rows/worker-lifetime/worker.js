// One client for all requests of the isolate; each says for itself how its charge is made. The answer is a stream that begins at
// once, since a Worker on one's own machine only notices by writing that its client is gone.
import { waitUntil } from "cloudflare:workers";
import { Shardd } from "shardd-wasm";

let shardd;
let doomed;
const ends = [];

/** How a charge is made, by the path of the request. */
const WAYS = {
  "/plain": () => ({}),
  "/kept": (request, ctx) => ({ waitUntil: (promise) => ctx.waitUntil(promise) }),
  "/imported": () => ({ waitUntil }),
  "/unbound": (request, ctx) => ({ waitUntil: ctx.waitUntil }),
  "/doomed": () => ({}),
  "/signal": (request, ctx) => ({ signal: request.signal, waitUntil: (promise) => ctx.waitUntil(promise) }),
};

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ends") return Response.json(ends);
    shardd ??= Shardd.fromEnv(env, { attemptTimeoutMs: 3_000, maxAttempts: 10 });
    doomed ??= shardd.withApiKey(env.SHARDD_API_KEY);
    if (pathname === "/close") {
      doomed.close();
      return Response.json("closed");
    }
    const { readable, writable } = new TransformStream();
    const client = pathname === "/doomed" ? doomed : shardd;
    const charged = charge(client, searchParams.get("nonce"), WAYS[pathname](request, ctx), request);
    talk(writable.getWriter(), charged);
    return new Response(readable);
  },
};

async function charge(client, idempotencyNonce, how, { signal }) {
  const end = await client.charge("lifetime", "alice", 1, { idempotencyNonce, skipHold: true, ...how }).then(
    ({ meta, deduplicated }) => ({ attempts: meta.attempts, deduplicated }),
    ({ name, message, outcome, cause }) => ({ name, message, outcome, cause: cause?.name }),
  );
  ends.push({ nonce: idempotencyNonce, gone: signal.aborted, ...end });
  return end;
}

/** Lines of nothing until the charge has ended, then its end. */
async function talk(writer, charged) {
  const line = (text) => writer.write(new TextEncoder().encode(`${text}\n`));
  let end;
  charged.then((given) => (end = given));
  try {
    for (; !end; await scheduler.wait(20)) await line("");
    await line(JSON.stringify(end));
    await writer.close();
  } catch {
    // Nobody listens any more.
  }
}
