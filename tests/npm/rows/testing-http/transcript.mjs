// One conversation with a local shardd over HTTP, ids, times and ports left out: two of them that behave alike give
// the same lines.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";

const JSON_TYPE = { "content-type": "application/json" };
const HEADERS = [
  "content-type", "content-length", "vary", "allow", "retry-after", "access-control-allow-origin",
  "access-control-expose-headers", "access-control-allow-methods", "access-control-allow-headers",
];
const write = (nonce, more) => JSON.stringify({ bucket: "t", account: "a", amount: 3, idempotency_nonce: nonce, ...more });

/** path, init: what regions are asked without a fault. */
const QUESTIONS = [
  ["/gateway/health", {}],
  ["/gateway/edges", {}],
  ["/nowhere", {}],
  ["/events", { method: "OPTIONS" }],
  ["/nowhere", { method: "OPTIONS" }],
  ["/events", { method: "DELETE" }],
  ["/events", { method: "POST", body: "{}", headers: { "content-type": "text/plain" } }],
  ["/events", { method: "POST", body: "{", headers: JSON_TYPE }],
  ["/events", { method: "POST", body: "{}", headers: JSON_TYPE }],
  ["/events", { method: "POST", body: `"${"x".repeat(2_097_151)}"`, headers: JSON_TYPE }],
  ["/events", { method: "POST", body: write("one"), headers: JSON_TYPE }],
  ["/events", { method: "POST", body: write("one"), headers: JSON_TYPE }],
  ["/events", { method: "POST", body: write("broke", { amount: -900 }), headers: JSON_TYPE }],
  ["/balances?bucket=t", { method: "HEAD" }],
  ["/balances?bucket=t", {}],
  ["/collapsed//a", {}],
  ["/digests", {}],
  ["/registry", {}],
  ["/debug/origin/x", {}],
  ["/internal/mesh/nodes", {}],
  ["/internal/users/x/buckets", {}],
  ["/internal/billing/events", {}],
  ["/v1/me/buckets?page=4294967296", {}],
];

/** What no `fetch` sends: an old version, methods that nobody knows. */
const RAW = [
  "GET /gateway/health HTTP/1.0", "POST /nowhere HTTP/1.0", "HEAD /balances?bucket=t HTTP/1.0", "BREW /events HTTP/1.1",
  "get /events HTTP/1.1", "BREW /nowhere HTTP/1.1", "OPTION /internal/mesh/nodes HTTP/1.1",
];

/** What the control endpoint is told, and what it says to nonsense. */
const ORDERS = [
  ["POST", "/regions/0/delay", { delay_ms: 1 }],
  ["POST", "/regions/1/clock", { skew_ms: -60_000 }],
  ["POST", "/links", { from: 0, to: 2, up: false, delay_ms: 30 }],
  ["POST", "/credits", { user: "00000000-0000-4000-8000-000000000001", credits: 5 }],
  ["POST", "/regions/7/revive"],
  ["POST", "/regions/all/revive"],
  ["POST", "/regions/every/revive"],
  ["POST", "/regions/0/jump"],
  ["PUT", "/"],
  ["POST", "/links", { from: 0, to: 0 }],
  ["GET", "/requests"],
  ["DELETE", "/requests"],
  ["POST", "/links", { from: 0, to: 2, up: true, delay_ms: 100 }],
  ["POST", "/regions/1/clock", { skew_ms: 0 }],
];

const FAULTS = [
  { kind: "delay", delay_ms: 30 }, { kind: "black-hole" }, { kind: "refuse" }, { kind: "refuse", count: 1 }, { kind: "reset-before" },
  { kind: "reset-after" }, { kind: "status", status: 429, retry_after: 3 }, { kind: "garbage" }, { kind: "truncate" },
  { kind: "stall-body" }, { kind: "freeze" }, { kind: "hold" }, { kind: "hold", hold_ms: 400 }, { kind: "late-write", delay_ms: 200 },
  { kind: "status", count: 1, only: "events", applied: true },
];

/** Those that nobody waits for to the end; of a stalled body the beginning comes. */
const SILENT = ["black-hole", "stall-body", "freeze", "hold"];
/** So long after its arrival a request is given up, where nothing is going to come. */
const SILENCE_MS = 300;
/** The others are given up only where nothing works any more. */
const PATIENCE_MS = 120_000;

export async function transcript({ edges, control }) {
  const lines = [];
  const known = new RegExp([...edges, control].map((url) => new URL(url).host.replaceAll(".", "\\.")).join("|"), "g");
  const note = (what, seen) => lines.push([what, JSON.parse(masked(JSON.stringify(seen), known))]);
  for (const [path, init] of QUESTIONS) note(`${init.method ?? "GET"} ${path}`, await asked(edges[0] + path, init));
  for (const line of RAW) note(line, await raw(edges[0], line));
  await replicated();
  const order = async (method, path, body, leftOut) => {
    const seen = await asked(control + path, { method, body: body && JSON.stringify(body) });
    note(`${method} ${path}`, { ...seen, body: without(parsed(seen), leftOut) });
  };
  for (const each of ORDERS) await order(...each);
  for (const fault of FAULTS) {
    // What a thaw applies is counted at the end: a node need not have done it when the thaw is answered.
    await order("POST", "/regions/2/fault", fault, "event_count");
    if (fault.kind === "refuse" && !fault.count) await closed(edges[2]);
    const nonce = JSON.stringify(fault);
    const init = { method: "POST", body: write(nonce), headers: JSON_TYPE };
    const patience = SILENT.includes(fault.kind) && !fault.hold_ms ? await silence(control, 2, fault.kind === "stall-body") : undefined;
    note(nonce, await asked(`${edges[2]}/events`, init, patience));
    await order("POST", "/regions/2/revive", undefined, "event_count");
  }
  await replicated();
  // Two nodes that do not hear of each other, or the second copy is a replay on a slow machine. The third judges.
  const links = async (up) => {
    for (const [from, to] of [[0, 1], [1, 0]]) await order("POST", "/links", { from, to, up });
  };
  await links(false);
  for (const edge of edges.slice(0, 2)) await asked(`${edge}/events`, { method: "POST", body: write("twice"), headers: JSON_TYPE });
  await replicated();
  await links(true);
  await replicated();
  for (const path of ["/storms", "/events", "/requests", "/"]) await order("GET", path);
  assert.ok(lines.length > 50);
  return lines;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const replicated = () => pause(400);

/** For `asked`: waits until one more write has reached the region, and begun to be answered where it will be. */
async function silence(control, region, begins) {
  const arrived = async () => (await (await fetch(`${control}/requests`)).json()).regions[region]["POST /events"] ?? 0;
  const before = await arrived();
  return async (seen) => {
    while (!seen.error && ((await arrived()) === before || (begins && !seen.status))) await pause(5);
    await pause(SILENCE_MS);
  };
}

/** Waits until nobody listens there, and this process has heard so: a kept connection ends in its own time. */
async function closed(url) {
  const { hostname, port } = new URL(url);
  for (let refused = false; !refused; ) {
    const socket = connect(Number(port), hostname);
    refused = await once(socket, "connect").then(() => false, ({ code }) => code === "ECONNREFUSED");
    socket.destroy();
    await pause(5);
  }
}

/** What comes of a request until `patience` ends, which is told what has come so far. */
async function asked(url, init, patience) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  const seen = {};
  patience?.(seen).finally(() => controller.abort()).catch(() => {});
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    seen.status = response.status;
    seen.headers = HEADERS.map((name) => `${name}: ${response.headers.get(name)}`);
    seen.body = await response.text();
  } catch (error) {
    seen.error = error.cause?.code ?? error.name;
  } finally {
    clearTimeout(timer);
  }
  return seen;
}

/** What comes back for a request line: the status line, and the headers that `asked` looks at. */
function raw(edge, line) {
  const { hostname, port } = new URL(edge);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${line}\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no end of the answer to ${line}`)));
    socket.on("data", (chunk) => (text += chunk)).on("error", reject).on("end", () => {
      const [head, body] = text.split("\r\n\r\n");
      const [status, ...fields] = head.split("\r\n");
      const seen = fields.map((field) => field.toLowerCase()).filter((field) => HEADERS.includes(field.split(":")[0]));
      resolve({ status, headers: seen.sort(), body });
    });
  });
}

/** The same text without what differs between two runs: hosts, ids, times. Their lengths are the same. */
function masked(text, known) {
  return text
    .replace(known, "host")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid")
    .replace(/12D3Koo\w+/g, "peer")
    .replace(/\b[0-9a-f]{64}\b/g, "digest")
    .replace(/\b1[6-9]\d{11}\b/g, "\"time\"")
    .replace(/\\"time\\"|"time"/g, "0");
}

/** JSON does not order its members, and the two programs do it each in its own way. */
function parsed({ body }) {
  const value = JSON.parse(body);
  // Refusals say why in words of their own.
  return typeof value?.error === "string" ? "refused" : sorted(value);
}

function without(value, name) {
  const { [name]: _, ...rest } = value;
  return name ? rest : value;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
