// One isolate, many requests at once, and clients of every kind that they share. Each request says whose account it is, and tells what it got.
import { DurableObject } from "cloudflare:workers";
import { Shardd } from "shardd-wasm";
import { durableObjectStorage } from "shardd-wasm/stores";

const LIMITS = { timeoutMs: 30_000, attemptTimeoutMs: 700, probeTimeoutMs: 400, cooldownMs: 300, settleMs: 500, maxAttempts: 6 };
const CHARGE = { skipHold: true, maxOverdraft: 1_000_000 };

/** Clients of the module, by name: those of one name are one, whoever asked first. */
const shared = new Map();
const counts = { begun: 0, ended: 0, events: 0, keys: 0 };
let last;

/** How clients are made, by the beginning of their name. */
const MAKES = {
  fixed: () => ["local", {}],
  // Its key costs a wait of the request that asks.
  keyed: () => [async () => { counts.keys += 1; await scheduler.wait(2); return "local"; }, {}],
  // Listens, remembers, and asks for a directory whose answer comes after the call.
  busy: () => ["local", { onEvent: () => { counts.events += 1; }, rememberEdge: { get: () => last, set: (url) => { last = url; } }, discover: "example.com" }],
  // Calls the user's fetch, which makes a fetch of the request that it is called in.
  own: () => ["local", { fetch: (url, init) => globalThis.fetch(url, init) }],
};

function made(name, env) {
  const [apiKey, options] = MAKES[name.split("-")[0]]();
  return new Shardd(apiKey, { edges: env.SHARDD_EDGES.split(","), ...LIMITS, ...options });
}

function client(name, env) {
  if (!shared.has(name)) shared.set(name, made(name, env));
  return shared.get(name);
}

const charge = (shardd, { account, amount, nonce }, how) => shardd.charge("storm", account, amount, { ...CHARGE, idempotencyNonce: nonce, ...how });

/** What a request does with its client. */
const KINDS = {
  charge: (shardd, mine) => charge(shardd, mine),
  async twice(shardd, mine) {
    const [one, two] = await Promise.all([charge(shardd, mine), charge(shardd, mine)]);
    if (one.event.eventId !== two.event.eventId) throw new Error("two events for one nonce");
    return one;
  },
  signal: (shardd, mine, { request }) => charge(shardd, mine, { signal: request.signal }),
  kept: (shardd, mine, { ctx }) => charge(shardd, mine, { waitUntil: (promise) => ctx.waitUntil(promise) }),
  brief: (shardd, mine, { ms }) => charge(shardd, mine, { timeoutMs: ms }),
  aborted(shardd, mine, { ms }) {
    const controller = new AbortController();
    scheduler.wait(ms).then(() => controller.abort());
    return charge(shardd, mine, { signal: controller.signal });
  },
  // An account that nobody else has: another's answer would show another balance.
  async read(shardd, { account, amount }) {
    const apart = `${account}-${crypto.randomUUID()}`;
    const credited = await shardd.credit("storm", apart, amount);
    const { balance } = await shardd.getAccount("storm", apart, { after: credited });
    if (balance !== amount || credited.event.account !== apart) throw new Error(`read ${balance} of ${apart} instead of ${amount}`);
    return { event: { account } };
  },
  async held(shardd, { account }) {
    const { event } = await shardd.credit("storm", account, 10);
    const { reservationId } = await shardd.reserve("storm", account, 5, 60_000, { maxOverdraft: CHARGE.maxOverdraft });
    // After a failover the other region may not have heard of it yet.
    await shardd.release("storm", account, reservationId).catch((error) => { if (error.reason !== "reservation_not_found") throw error; });
    return { event };
  },
};

async function told(call) {
  counts.begun += 1;
  const end = await call.then(
    ({ event, deduplicated }) => ({ account: event.account, nonce: event.idempotencyNonce, amount: event.amount, deduplicated }),
    ({ name, message, outcome, idempotencyNonce: nonce }) => ({ name, message, outcome, nonce }),
  );
  counts.ended += 1;
  return end;
}

/** Lines of nothing until the end: only by writing does a Worker on one's own machine notice that its client is gone. */
async function talk(writer, ended) {
  const line = (text) => writer.write(new TextEncoder().encode(`${text}\n`));
  let end;
  ended.then((given) => (end = given));
  try {
    for (; !end; await scheduler.wait(3)) await line("");
    await line(JSON.stringify(end));
    await writer.close();
  } catch {
    // Nobody listens any more.
  }
}

export class Booth extends DurableObject {
  #shardd = new Shardd("local", { edges: this.env.SHARDD_EDGES.split(","), ...LIMITS, store: durableObjectStorage(this.ctx.storage) });

  async fetch(request) {
    const mine = Object.fromEntries(new URL(request.url).searchParams);
    return Response.json(await told(charge(this.#shardd, { ...mine, amount: Number(mine.amount) })));
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/counts") return Response.json(counts);
    if (pathname === "/object") return env.BOOTHS.get(env.BOOTHS.idFromName(searchParams.get("booth"))).fetch(request);
    const { name, kind, ms, ...mine } = Object.fromEntries(searchParams);
    if (pathname === "/close") {
      client(name, env).close();
      shared.delete(name);
      return Response.json({});
    }
    const shardd = pathname === "/alone" ? made(name, env) : client(name, env);
    const ended = told(KINDS[kind](shardd, { ...mine, amount: Number(mine.amount) }, { request, ctx, ms: Number(ms) }));
    // Whoever asks for this is answered before anything came back: probes and copies are under way when the request ends.
    if (pathname === "/leave") return Response.json({ left: true });
    const { readable, writable } = new TransformStream();
    talk(writable.getWriter(), ended);
    return new Response(readable);
  },
};
