// One request at one region: its way there, the rule it meets, the core, the way back. The same for `fetch` and for
// sockets; each says in its own words what a cut connection and a broken body are.

/** A write that waits at a frozen node for longer is not applied any more. */
const FREEZE_PATIENCE_MS = 5_000;
/** When the gateway gives up on a frozen node. */
const FREEZE_TIMEOUT_MS = 30_000;

/** The connection ends without an answer. */
export class Cut extends Error {}

const never = () => new Promise(() => {});
const cut = () => Promise.reject(new Cut("the connection was cut on purpose"));

/** What becomes of a request, by the kind of the rule it meets; others are applied and answered. */
const ARRIVALS = {
  "black-hole": never,
  refuse: cut,
  "reset-before": cut,
  freeze: frozen,
  "late-write": late,
  status: injected,
  garbage: injected,
};

/** What becomes of the answer. */
const BODIES = { truncate: "truncated", "stall-body": "stalled" };

/**
 * Resolves to `{ status, headers, body, ending }` (headers: names and values in turn; ending: "whole", "truncated" or
 * "stalled"), rejects with `Cut`, or never settles. A request that has left arrives, whatever becomes of its sender:
 * `signal` only spares the waits for an answer that nobody wants any more.
 */
export async function visit(world, region, request, signal) {
  const path = request.target.split("?", 1)[0];
  region.count(request.method, path);
  const { rule, hold } = region.meet(request.method, path);
  const there = Math.floor(region.delayMs / 2);
  await world.underWay(there, world.clock.sleep(there));
  const standing = () => region.holdFor(request.method, path);
  await letThrough(world, standing, hold);
  const apply = () => world.handle(region.index, request);
  const answer = await (ARRIVALS[rule.kind] ?? apply)({ world, region, rule, apply, signal });
  // A late write was late before.
  const lateMs = rule.kind === "late-write" ? 0 : rule.delay_ms ?? 0;
  await world.clock.sleep(answer.waitMs + lateMs + region.delayMs - there, signal);
  if (!signal?.aborted) await letThrough(world, standing);
  if (rule.kind === "reset-after") return cut();
  return { ...answer, ending: BODIES[rule.kind] ?? "whole" };
}

/** Waits while the bytes of an exchange stand still: in the hold that its request met, and in any that comes up meanwhile. */
async function letThrough(world, standing, met = standing()) {
  for (let hold = met; hold; hold = standing()) await world.underWay(hold.leftMs, hold.over());
}

/** A write that lands long after it came, also when its sender has hung up. */
async function late({ world, rule, apply }) {
  const lateMs = rule.delay_ms ?? 0;
  await world.underWay(lateMs, world.clock.sleep(lateMs));
  return apply();
}

/** Waits at a frozen node; lifted in time, the request goes through. */
async function frozen({ world, region, apply, signal }) {
  const patience = new AbortController();
  const thawed = region.thawed().then(() => true);
  const served = await Promise.race([thawed, world.clock.sleep(FREEZE_PATIENCE_MS, patience.signal)]);
  patience.abort();
  if (served) return apply();
  await world.clock.sleep(FREEZE_TIMEOUT_MS - FREEZE_PATIENCE_MS, signal);
  return plain(503, "application/json", `{"error":"client RPC failed: Timeout while waiting for a response"}`);
}

function injected({ rule, apply }) {
  const garbage = rule.kind === "garbage";
  if (rule.applied ?? garbage) apply();
  if (garbage) {
    return plain(200, "text/html", rule.body ?? "<!doctype html><title>Welcome to the guest network</title>");
  }
  const after = rule.retry_after === undefined ? [] : ["retry-after", String(rule.retry_after)];
  return plain(rule.status ?? 503, "application/json", rule.body ?? `{"error":"injected fault"}`, after);
}

/** An answer that is not the gateway's own, readable by browsers all the same. */
function plain(status, type, text, more = []) {
  const open = ["access-control-allow-origin", "*", "access-control-expose-headers", "*"];
  return { status, headers: ["content-type", type, ...open, ...more], body: new TextEncoder().encode(text), waitMs: 0 };
}
