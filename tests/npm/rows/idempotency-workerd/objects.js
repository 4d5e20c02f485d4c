// Things done once over Durable Objects: from outside of them, and inside of one's own.
import { DurableObject } from "cloudflare:workers";
import { Idempotency } from "shardd-wasm/idempotency";
import { IdempotencyObject, durableObjectStorage, durableObjectStore } from "shardd-wasm/stores";

/** The same, with a clock that the test moves. */
export class Ahead extends IdempotencyObject {
  #aheadMs = 0;

  async read(key) {
    const found = await super.read(key);
    return { ...found, nowUnixMs: found.nowUnixMs + this.#aheadMs };
  }

  pass(ms) {
    this.#aheadMs += ms;
  }
}

const REQUEST = { operation: "ship", body: { order: 7 } };
/** What effects did, and in which isolate nobody asks. */
const runs = {};

async function asked(url, store) {
  const { key, onLapsed = "refuse", waitMs, leaseMs, forMs = "0" } = Object.fromEntries(url.searchParams);
  const inFlight = waitMs ? { waitMs: Number(waitMs) } : "reject";
  // Each request has its own, as each isolate has.
  const idempotency = new Idempotency(store, { leaseMs: Number(leaseMs), onLapsed, inFlight });
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
  #aheadMs = 0;

  fetch(request) {
    const now = () => Date.now() + this.#aheadMs;
    return answered(asked(new URL(request.url), durableObjectStorage(this.ctx.storage, { prefix: "once/", now })));
  }

  pass(ms) {
    this.#aheadMs += ms;
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const isOwn = url.pathname.startsWith("/own");
    const own = env.OWN.get(env.OWN.idFromName("own"));
    if (url.pathname.endsWith("/pass")) {
      // The one object that durableObjectStore asks by default.
      const object = isOwn ? own : env.OBJECTS.get(env.OBJECTS.idFromName("shardd:0"));
      await object.pass(Number(url.searchParams.get("ms")));
      return Response.json(null);
    }
    if (isOwn) return own.fetch(request);
    return answered(asked(url, durableObjectStore(env.OBJECTS)));
  },
};
