// One request and all of its answer.
import { NoResponse, Threw } from "./blame.js";
import { isUsed } from "./is-used.js";
import { joined } from "./joined.js";
import { quietly } from "./quietly.js";

/** Turns of the microtask queue: more than lie between the end of a call and whoever waits for it. (A timer would be left behind by calls that are
 * over, which Deno's tests count as a leak.) */
const TURNS = 10;

/** Does this once whoever waits for the call has gone on. */
export async function afterwards(action) {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
  quietly(action);
}

/** Only what every runtime knows: some refuse `credentials`, `redirect: "error"`, and older Workers `cache`. */
export function init(method, authorization, body, signal) {
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

/**
 * The status, when to come again and the body; the status alone where the body is too long.
 */
export async function exchange(own, url, init, maxBytes) {
  let response;
  try {
    // `fetch(url, init)`, not `new Request`, which costs half as much again.
    response = await (own ? own(url, init) : fetch(url, init));
  } catch (error) {
    throw own ? new Threw(error) : error;
  }
  const lack = lackOf(response);
  if (lack) return noResponse(own, lack);
  const { status, headers } = response;
  const retryAfter = status >= 400 ? headers.get("retry-after") : undefined;
  const bytes = await contents(response, maxBytes);
  if (typeof bytes === "string") return noResponse(own, bytes);
  return bytes ? [status, retryAfter, bytes] : [status];
}

const noResponse = (own, given) => new NoResponse(
  `The ${own ? "option" : "global"} fetch gave ${given}: it must resolve to { status, headers } with a body, arrayBuffer(), text() or json().`,
);

/** What stands in the place of a response; nothing where it is one. */
function lackOf(response) {
  if (response == null) return String(response);
  if (typeof response !== "object") return `a ${typeof response}`;
  try {
    if (typeof response.status !== "number") return "an object without a numeric status";
    if (typeof response.headers?.get !== "function") return "a response without headers";
    return isUsed(response) ? "a response whose body was read before" : undefined;
  } catch {
    return "an object that throws when it is read";
  }
}

/**
 * The bytes of a body by what it has: a reader, a Node stream's iterator, or all at once. They are counted as they come in, whatever length is announced:
 * that of a compressed body says nothing. Nothing where there are more than `maxBytes`; text where there is no body.
 */
async function contents(response, maxBytes) {
  const { body, status } = response;
  if (typeof body?.getReader === "function") {
    const reader = body.getReader();
    return counted(() => reader.read(), maxBytes);
  }
  // node-fetch and cross-fetch.
  if (typeof body?.[Symbol.asyncIterator] === "function") {
    const chunks = body[Symbol.asyncIterator]();
    return (await counted(() => chunks.next(), maxBytes)) ?? quietly(() => void chunks.return());
  }
  const bytes = bytesOf(body) ?? (await atOnce(response));
  if (!bytes) return status >= 200 && status < 300 ? "a response without a body" : new Uint8Array();
  return bytes.byteLength <= maxBytes ? bytes : undefined;
}

const encoded = (text) => new TextEncoder().encode(text);

/** Text and bytes; nothing of anything else. */
function bytesOf(chunk) {
  if (typeof chunk === "string") return encoded(chunk);
  return chunk?.BYTES_PER_ELEMENT === 1 ? chunk : undefined;
}

/** By the methods of a response, or of what a test has in place of one. */
async function atOnce(response) {
  if (typeof response.arrayBuffer === "function") return new Uint8Array(await response.arrayBuffer());
  if (typeof response.text === "function") return encoded(await response.text());
  if (typeof response.json === "function") return encoded(JSON.stringify(await response.json(), unrounded));
  return undefined;
}

/** For JSON.stringify: a figure that may have been rounded when it was read is none. */
function unrounded(_, value) {
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded || typeof value === "bigint" ? String(value) : value;
}

async function counted(next, maxBytes) {
  const chunks = [];
  let length = 0;
  for (;;) {
    const { value } = await next();
    if (value === undefined) return joined(chunks, length);
    const chunk = bytesOf(value);
    if (!chunk) return "a response whose body is no stream of bytes";
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
}
