// What a page has added to Object.prototype, under every name that somebody may ask an object for, when it imports what comes after this: a
// value of the second argument's kind. Node loads its own fetch when it is first used, and neither does that in such a world nor opens a stream: so it has done so before.
new Request("https://warm.test", { signal: new AbortController().signal });
await new Response(new Blob(["warm"]).stream()).arrayBuffer();
await crypto.subtle.digest("SHA-256", new Uint8Array());
for (const stream of [process.stdout, process.stderr]) stream.write("");
setTimeout(() => {}, 0);

const [, , response, kind] = process.argv;
const VALUES = { number: 5, text: "added", object: {}, function() { return 5; } };

const NAMES = [
  // What fetch, descriptors, listeners, streams and a Response look for.
  "signal", "method", "headers", "body", "redirect", "cache", "window", "duplex", "keepalive", "referrer", "get", "set", "value", "writable", "enumerable",
  "configurable", "once", "type", "start", "pull", "stream", "status", "statusText", "mode", "steal", "durability",
  // Options.
  "fetch", "timeoutMs", "edges", "store", "owner", "ledger", "onEvent", "integers", "waitUntil", "rememberEdge", "edge", "note", "idempotencyNonce", "skipHold", "after",
  "scope", "codec", "key", "inFlight", "retain", "now", "maxEntries", "pending",
  // What the package's own objects are made of.
  "put", "remove", "expiresAtUnixMs", "reply", "update", "list", "hold", "watch", "from", "life", "core", "begun", "given", "isFreed", "isClosed", "cut", "free",
  "cause", "code", "reason", "outcome", "failure", "ran", "unstored", "local", "response", "error", "rest", "bytes", "stored", "read", "answer", "lapsed",
];

/** Node's own Response fails where somebody has added `get` or `set`: the first argument says which one there is. */
class PlainResponse {
  constructor(body, { status, headers }) {
    this.bytes = typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array();
    Object.assign(this, { status, headers: new Headers(headers), bodyUsed: false, statusText: "" });
    const chunks = [{ done: false, value: this.bytes }, { done: true, value: undefined }];
    this.body = { locked: false, getReader: () => ({ read: async () => chunks.shift() }) };
  }
  async text() { return new TextDecoder().decode(this.bytes); }
}

const isPlain = response === "plain";
if (isPlain) globalThis.Response = PlainResponse;
const names = NAMES.filter((name) => isPlain || (name !== "get" && name !== "set"));
for (const name of names) Object.prototype[name] = VALUES[kind];

/** Takes them away again, so that Node can end. */
export const removed = () => { for (const name of names) delete Object.prototype[name]; };
