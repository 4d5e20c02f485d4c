// A Worker as users write it: the store is the isolate's, everything else the request's.
import { Idempotency } from "shardd-wasm/idempotency";

const entries = new Map();
let watched = 0;
const store = {
  async update(key, step) {
    const { reply, put, remove } = step(entries.get(key), Date.now());
    if (put) entries.set(key, put);
    if (remove) entries.delete(key);
    return reply;
  },
  // Here one request would be woken by another.
  watch: () => new Promise(() => { watched++; }),
};
const idempotency = new Idempotency(store, { inFlight: { waitMs: 60_000 } });

let runs = 0;
let arrived = 0;

/** Not done before all duplicates are here, so that each of them finds it in flight. */
async function charge(request) {
  runs++;
  const { duplicates } = await request.json();
  while (arrived < duplicates) await new Promise((resolve) => setTimeout(resolve, 5));
  const bytes = crypto.getRandomValues(new Uint8Array(64));
  return new Response(bytes, { status: 201, headers: { location: "/charges/1", "content-type": "application/octet-stream" } });
}

const once = idempotency.handler(charge, { scope: (request) => request.headers.get("authorization") ?? "" });

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === "/figures") return Response.json({ runs, arrived, watched });
    arrived++;
    return once(request, env, context);
  },
};
