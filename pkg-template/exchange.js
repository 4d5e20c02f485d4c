// One request and all of its answer: one crossing for the wasm in place of some thirty.
import { joined } from "./joined.js";
import { listed } from "./lists.js";
import { quietly } from "./quietly.js";

/** Bodies announced as no longer than this are taken whole. Others are counted while they come in: there may be no end to them, and a compressed
 * one says nothing of its size. */
const WHOLE_MAX_BYTES = 65_536;
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

/** Only what every runtime knows: others refuse `cache`, `credentials`, `redirect: "error"`. */
function init(method, authorization, body, signal) {
  const headers = authorization === undefined ? {} : { authorization };
  // A followed redirect would deliver the charge to another origin.
  const plain = { method, redirect: "manual", signal, headers };
  if (body === undefined) return plain;
  headers["content-type"] = "application/json";
  return { ...plain, body };
}

/** The status, when to come again and the body; the status alone where the body is too long. */
async function exchange(own, url, init, maxBytes) {
  // `fetch(url, init)`, not `new Request`, which costs half as much again.
  const response = await (own ? own(url, init) : fetch(url, init));
  if (Object(response) !== response || typeof response.status !== "number") throw response;
  const { status, headers } = response;
  const length = headers.get("content-length");
  const announced = /^\d+$/.test(length ?? "") ? Number(length) : undefined;
  if (announced > maxBytes) return [status];
  const retryAfter = status >= 400 ? headers.get("retry-after") : undefined;
  const bytes = response.body && !(announced <= WHOLE_MAX_BYTES)
    ? await counted(response.body.getReader(), maxBytes)
    : new Uint8Array(await response.arrayBuffer());
  return bytes?.byteLength <= maxBytes ? [status, retryAfter, bytes] : [status];
}

/** The whole body, or nothing where it has more than `maxBytes`. */
async function counted(reader, maxBytes) {
  const chunks = [];
  let length = 0;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    if (value?.BYTES_PER_ELEMENT !== 1) throw new TypeError("The body of the answer is no stream of bytes.");
    length += value.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(value);
  }
  return joined(chunks, length);
}
