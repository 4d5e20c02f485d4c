// Durable writes in Workers: records in a Durable Object, and in the storage of one's own.
import { DurableObject } from "cloudflare:workers";
import { Shardd } from "shardd-wasm";
import { IdempotencyObject, durableObjectStorage, durableObjectStore } from "shardd-wasm/stores";
import { conforms, movable } from "./suite.js";

export { IdempotencyObject };

/** The same, with a clock that the test moves. */
export class Ahead extends IdempotencyObject {
  #clock = movable();

  async read(key) {
    return { ...(await super.read(key)), nowUnixMs: this.#clock.now() };
  }

  pass(ms) {
    this.#clock.pass(ms);
  }
}

/** When it is to be reset next: `{ method, when }`. The isolate's, since an object that is reset forgets. */
let reset;

/** The same, reset by the runtime before or after it did what it was asked for; whoever asked gets an exception, and a stub that is broken. */
export class Breaking extends IdempotencyObject {
  async #asked(method, work) {
    const { when } = reset?.method === method ? reset : {};
    if (when) reset = undefined;
    if (when === "before") this.ctx.abort("reset by the test");
    const reply = await work();
    await this.ctx.storage.sync();
    if (when === "after") this.ctx.abort("reset by the test");
    return reply;
  }

  read(...args) {
    return this.#asked("read", () => super.read(...args));
  }

  write(...args) {
    return this.#asked("write", () => super.write(...args));
  }

  list(...args) {
    return this.#asked("list", () => super.list(...args));
  }
}

/** What a store says whose object is reset; each step counts one up. */
async function breaks(namespace) {
  const store = durableObjectStore(namespace, { name: "breaking" });
  const count = () => store.update("count", (bytes) => {
    const next = (bytes?.[0] ?? 0) + 1;
    return { reply: next, put: Uint8Array.of(next), expiresAtUnixMs: Infinity };
  });
  const counts = [];
  for (const method of ["read", "write", "list"]) {
    for (const when of ["before", "after"]) {
      reset = { method, when };
      counts.push(await count());
      for await (const [key, [listed]] of store.list("count")) counts.push(`${key} ${listed}`);
      if (reset) throw new Error(`it was not reset ${when} its ${method}`);
    }
  }
  store.close();
  counts.push(await count().catch(({ reason }) => reason));
  return counts;
}

const CHARGE = { skipHold: true, maxOverdraft: 1_000 };
const told = ({ name, code, outcome, reason, message, cause }) => ({ name, code, outcome, reason, message, cause: cause && `${cause} ${JSON.stringify(cause)}` });

async function asked(url, env, store) {
  const nonce = url.searchParams.get("nonce");
  // Each request has a client of its own, as each isolate has.
  const shardd = new Shardd("local", { edges: env.SHARDD_EDGES.split(","), store });
  switch (url.pathname.split("/").pop()) {
    case "charge": return shardd.charge("app", "alice", Number(url.searchParams.get("amount") ?? 5), { ...CHARGE, idempotencyNonce: nonce });
    case "pending": return shardd.pending();
    case "resume": return (await shardd.resume()).map(({ write, result, error }) => ({ write, result, error: error && told(error) }));
    case "brief": return store.update("brief", () => ({ put: Uint8Array.of(1), expiresAtUnixMs: Date.now() + 100 }));
    case "lasting": return store.update("lasting", () => ({ put: Uint8Array.of(1), expiresAtUnixMs: Date.now() + 3_600_000 }));
    case "sweep": return store.sweep();
    case "listed": {
      const keys = [];
      for await (const [key] of store.list("")) keys.push(key);
      return keys;
    }
  }
}

/** Two handles, as two requests have them; so many objects. */
function conformsIn(namespace, objects) {
  const handle = () => durableObjectStore(namespace, { objects, name: `table of ${objects}` });
  const stub = (at) => namespace.get(namespace.idFromName(`table of ${objects}:${at}`));
  return conforms([handle(), handle()], async (ms) => {
    for (let at = 0; at < objects; at++) await stub(at).pass(ms);
  });
}

const answered = (result) => result.then((value) => Response.json(value ?? null), (error) => Response.json({ error: told(error) }));

export class Own extends DurableObject {
  fetch(request) {
    if (new URL(request.url).pathname.endsWith("/conforms")) {
      const { now, pass } = movable();
      const handle = () => durableObjectStorage(this.ctx.storage, { prefix: "table/", now });
      return answered(conforms([handle(), handle()], pass));
    }
    const store = durableObjectStorage(this.ctx.storage, { prefix: "records/" });
    return answered(asked(new URL(request.url), this.env, store));
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const name = url.searchParams.get("name") ?? "shardd";
    if (url.pathname === "/stored") return Response.json(await env.OBJECTS.get(env.OBJECTS.idFromName(`${name}:0`)).list(""));
    if (url.pathname.startsWith("/own")) return env.OWN.get(env.OWN.idFromName("own")).fetch(request);
    if (url.pathname === "/breaks") return answered(breaks(env.BREAKING));
    const objects = Number(url.searchParams.get("objects") ?? 1);
    if (url.pathname === "/conforms") return answered(conformsIn(env.AHEAD, objects));
    return answered(asked(url, env, durableObjectStore(env.OBJECTS, objects > 1 ? { objects, name: "many" } : { name })));
  },
};
