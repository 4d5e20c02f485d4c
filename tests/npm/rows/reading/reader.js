// One call of the client that reads in Rust, with a `fetch` that gives one answer, and what came of it.
import { readFileSync } from "node:fs";
import { started } from "./reader/reader.js";

export const Shardd = started(readFileSync("reader/reader.wasm"));

const EDGE = "http://127.0.0.1:9";
const HEALTH = '{"observed_at_unix_ms":1795855747896,"ready":true}';

const answer = (status, body, headers = {}) => ({
  status,
  headers: { get: (name) => headers[name] ?? null },
  arrayBuffer: async () => (typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body)).buffer,
});

/** `{ sent, records, value, error }`: the request that the call sent, if it sent one, what its store was told, and its end. */
export async function call(operation, args, options, { status = 418, body = "", headers, integers, isRecorded } = {}) {
  const said = { sent: undefined, records: [], value: undefined, error: undefined };
  // The class has no option for it.
  globalThis.fetch = async (url, init) => {
    // Only what is no race knows a key, or asks for something else.
    if (url.endsWith("/gateway/health") && operation !== "health") return answer(200, HEALTH);
    said.sent ??= { ...init, path: url.slice(EDGE.length) };
    return answer(status, body, headers);
  };
  const shardd = new Shardd("key", { edges: [EDGE], integers, maxAttempts: 1, ...(isRecorded && { store: storeOf(said.records) }) });
  try {
    said.value = await shardd[operation](...args, options);
  } catch (error) {
    said.error = error;
  }
  shardd.free();
  return said;
}

/** A store that notes down what is put into it. */
function storeOf(records) {
  const rows = new Map();
  return {
    async update(key, step) {
      const { reply, put, remove } = step(rows.get(key), Date.now());
      if (put) records.push(Uint8Array.from(put));
      if (put) rows.set(key, Uint8Array.from(put));
      if (remove) rows.delete(key);
      return reply;
    },
    async *list(prefix) {
      for (const [key, bytes] of rows) if (key.startsWith(prefix)) yield [key, bytes];
    },
  };
}
