// One request and all of its answer: one crossing for the wasm in place of some thirty.
import { joined } from "./joined.js";
import { listed } from "./lists.js";
import { quietly } from "./quietly.js";

/** Turns of the microtask queue: more than lie between the end of a call and whoever waits for it. (A timer would be left behind by calls that are
 * over, which Deno's tests count as a leak.) */
const TURNS = 10;

/**
 * What the wasm sends with. `fetch` is the user's, if there is one: it is called with `this` undefined. The global one is looked up at call time, so
 * that a page or test that replaces it is heard. `underWay` holds how to cut each request that is not over.
 */
export const network = (fetch, underWay, isBigint) => ({
  send(url, method, authorization, body, maxBytes, lists) {
    // Made inside the call: on Workers one of another request throws.
    const controller = new AbortController();
    const over = () => underWay.delete(cut);
    const cut = () => {
      over();
      controller.abort();
    };
    underWay.add(cut);
    const answer = exchange(fetch, url, init(method, authorization, body, controller.signal), maxBytes);
    return {
      answer: answer.then((whole) => {
        over();
        // What is left of a body that is too long.
        if (whole.length === 1) controller.abort();
        const [status, , bytes] = whole;
        const read = lists && bytes && status >= 200 && status < 300 ? listed(lists, bytes, isBigint) : undefined;
        return read ? [status, undefined, read, true] : whole;
      }, (error) => {
        over();
        throw error;
      }),
      // A probe is all that leaves without a key. Losers of a race are cut once its call has the answer: in Node that takes as long as sending them,
      // half a millisecond together.
      cut: authorization === undefined ? () => afterwards(cut) : cut,
    };
  },
});

async function afterwards(action) {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
  quietly(action);
}

/** Only what every runtime knows: some refuse `credentials`, `redirect: "error"`, and older Workers `cache`. */
function init(method, authorization, body, signal) {
  // Without prototypes: a page may have extended `Object.prototype` by what `fetch` takes for its own.
  const headers = authorization === undefined ? { __proto__: null } : { __proto__: null, authorization };
  // A followed redirect would deliver the charge to another origin.
  const plain = { __proto__: null, method, redirect: "manual", signal, headers };
  // Next.js 13 and 14 keep the answer to every other GET, health probes among them.
  if (typeof Request === "function" && "cache" in Request.prototype) plain.cache = "no-store";
  if (body === undefined) return plain;
  headers["content-type"] = "application/json";
  plain.body = body;
  return plain;
}

/** The status, when to come again and the body; the status alone where the body is too long. */
async function exchange(own, url, init, maxBytes) {
  // `fetch(url, init)`, not `new Request`, which costs half as much again.
  const response = await (own ? own(url, init) : fetch(url, init));
  if (typeof response?.status !== "number" || typeof response.headers?.get !== "function") {
    throw new TypeError("The option fetch gave no response: give a function that resolves to { status, headers, body, arrayBuffer }.");
  }
  const { status, headers } = response;
  // A compressed body says nothing of its size, so every body is counted as it comes in.
  if (Number(headers.get("content-length") ?? 0) > maxBytes) return [status];
  const retryAfter = status >= 400 ? headers.get("retry-after") : undefined;
  const bytes = await contents(response, maxBytes);
  return bytes ? [status, retryAfter, bytes] : [status];
}

/** The bytes of a body by what it has: a reader, a Node stream's iterator, or all at once. Nothing where it has more than `maxBytes`. */
async function contents(response, maxBytes) {
  const { body } = response;
  if (typeof body?.getReader === "function") {
    const reader = body.getReader();
    return counted(() => reader.read(), maxBytes);
  }
  // node-fetch and cross-fetch.
  if (typeof body?.[Symbol.asyncIterator] === "function") {
    const chunks = body[Symbol.asyncIterator]();
    return (await counted(() => chunks.next(), maxBytes)) ?? quietly(() => void chunks.return());
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.byteLength <= maxBytes ? bytes : undefined;
}

async function counted(next, maxBytes) {
  const chunks = [];
  let length = 0;
  for (;;) {
    const { value } = await next();
    if (value === undefined) return joined(chunks, length);
    const chunk = typeof value === "string" ? new TextEncoder().encode(value) : value;
    if (chunk?.BYTES_PER_ELEMENT !== 1) throw new TypeError("The body of the answer is no stream of bytes.");
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
}
