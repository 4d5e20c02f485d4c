// What can go wrong with a region: the rules of `local.fault` and of the control endpoint, the same as those of the
// `shardd-local` program.

const KINDS = [
  "none", "delay", "black-hole", "refuse", "reset-before", "reset-after", "status", "garbage", "truncate",
  "stall-body", "freeze", "hold", "late-write",
];

const whole = (value) => Number.isSafeInteger(value) && value >= 0;
const oneOf = (...words) => [(value) => words.includes(value), words.join(", ")];

/** Every member of a rule: whether a value fits, and what it must be. */
const MEMBERS = {
  kind: oneOf(...KINDS),
  delay_ms: [whole, "a whole number of milliseconds"],
  hold_ms: [whole, "a whole number of milliseconds"],
  status: [(value) => whole(value) && value >= 200 && value <= 599, "a status from 200 to 599"],
  retry_after: [(value) => whole(value) || typeof value === "string", "a whole number of seconds, or text"],
  body: [(value) => typeof value === "string", "text"],
  applied: [(value) => typeof value === "boolean", "true or false"],
  count: [whole, "a whole number of requests"],
  only: oneOf("events", "health"),
};

export const HEALTHY = Object.freeze({ __proto__: null, kind: "none" });

/** A copy of a rule without its absent members; what does not fit is a TypeError in one sentence. */
export function checked(rule) {
  if (rule === null || rule === undefined) return HEALTHY;
  if (typeof rule !== "object") throw new TypeError("a fault is an object such as { kind: \"black-hole\" }, or null");
  const entries = Object.entries(rule).filter(([, value]) => value !== undefined && value !== null);
  if (!entries.some(([name]) => name === "kind")) throw new TypeError(`a fault wants a kind: ${KINDS.join(", ")}`);
  for (const [name, value] of entries) {
    const [fits, what] = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : [];
    if (!fits) throw new TypeError(`a fault has no "${name}"; it has ${Object.keys(MEMBERS).join(", ")}`);
    if (!fits(value)) throw new TypeError(`"${name}" of a fault must be ${what}`);
  }
  // What it does not say must not be found on an extended Object.prototype.
  return Object.freeze({ __proto__: null, ...Object.fromEntries(entries) });
}

/** Whether a request meets the rule. A frozen node's gateway still answers for itself. */
export function isFor(rule, method, path) {
  if (rule.only === "events" && !(method === "POST" && path.endsWith("/events"))) return false;
  if (rule.only === "health" && !(method === "GET" && path.endsWith("/health"))) return false;
  const ownPage = path.startsWith("/gateway/") || path === "/metrics" || method === "OPTIONS";
  if (rule.kind === "freeze") return !ownPage;
  if (rule.kind === "late-write") return method === "POST" || method === "DELETE";
  return rule.kind !== "none";
}

/** A port is closed for everybody or not at all. */
export function closesPort(rule) {
  return rule.kind === "refuse" && rule.count === undefined && rule.only === undefined;
}

/** How the region looks to the others: 0 up, 1 refusing, 2 silent. */
export function reach(rule) {
  if (closesPort(rule)) return 1;
  return rule.kind === "black-hole" && rule.count === undefined ? 2 : 0;
}
