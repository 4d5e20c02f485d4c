// Things done once over Durable Objects: from outside of them, and inside of one's own.
import { DurableObject } from "cloudflare:workers";
import { Idempotency } from "shardd-wasm/idempotency";
import { IdempotencyObject, durableObjectStorage, durableObjectStore } from "shardd-wasm/stores";

export { IdempotencyObject };

const REQUEST = { operation: "ship", body: { order: 7 } };
/** What effects did, and in which isolate nobody asks. */
const runs = {};

async function asked(url, store) {
  const { key, onLapsed = "refuse", waitMs, forMs = "0" } = Object.fromEntries(url.searchParams);
  const inFlight = waitMs ? { waitMs: Number(waitMs) } : "reject";
  // Each request has its own, as each isolate has.
  const idempotency = new Idempotency(store, { leaseMs: 2_000, onLapsed, inFlight });
  switch (url.pathname.split("/").pop()) {
    case "look": return idempotency.get(key);
    case "runs": return runs[key] ?? 0;
    case "claim": {
      const claim = await idempotency.claim(key, REQUEST);
      return claim.status === "claimed" ? claim.complete(crypto.randomUUID()) : claim.replay();
    }
    case "execute": return idempotency.execute(key, REQUEST, async ({ fencingToken, lapsed }) => {
      runs[key] = (runs[key] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, Number(forMs)));
      return { id: crypto.randomUUID(), fencingToken, lapsed };
    });
  }
}

const told = ({ name, code, ran, message, cause }) => ({ name, code, ran, message, cause: cause && told(cause) });
const answered = (result) => result.then((value) => Response.json(value ?? null), (error) => Response.json({ error: told(error) }));

export class Own extends DurableObject {
  fetch(request) {
    return answered(asked(new URL(request.url), durableObjectStorage(this.ctx.storage, { prefix: "once/" })));
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/own")) return env.OWN.get(env.OWN.idFromName("own")).fetch(request);
    return answered(asked(url, durableObjectStore(env.OBJECTS)));
  },
};
