// Writes that were recorded before they were sent, and not finished.
import { call } from "./call.js";
import { coreOf, settingsOf } from "./client.js";
import { InvalidInputError, ServiceUnavailableError } from "./errors.js";

const prefix = "shardd:";
/** As the wasm waits where the option says nothing. */
const STORE_TIMEOUT_MS = 5_000;

/** Those that nobody is at. */
export async function pending(shardd) {
  return (await unfinished(shardd)).filter(({ alive }) => !alive).map(({ write }) => write);
}

/** Finishes them all; one that somebody may be at still is waited for. */
export async function resume(shardd, options) {
  const found = await unfinished(shardd);
  const finish = async ({ write, bytes }) => {
    try {
      return { write, result: await call(shardd, "resume", [bytes, write.idempotencyNonce], options) };
    } catch (error) {
      return { write, error };
    }
  };
  // One after another: a page that comes back should not begin with a storm.
  const finished = [];
  for (const one of found) finished.push(await finish(one));
  return finished;
}

async function unfinished(shardd) {
  const state = settingsOf(shardd);
  const { options } = state;
  const store = options?.store;
  if (!store) throw new InvalidInputError({ message: "This client has no store, so nothing is recorded: give it one with the option store." });
  if (typeof store.list !== "function") throw new InvalidInputError({ message: "This store cannot list what it holds: give it a method list(prefix)." });
  const limitMs = options.storeTimeoutMs ?? STORE_TIMEOUT_MS;
  const found = [];
  try {
    for (const [name, stored] of await within(limitMs, all(store.list(prefix)))) {
      // What is no bytes is no record of ours, and is left alone like any other program's.
      const bytes = ArrayBuffer.isView(stored) ? Uint8Array.from(stored) : new Uint8Array();
      const text = coreOf(state).unfinished(bytes);
      if (text === undefined) continue;
      const { alive, ...write } = JSON.parse(text);
      if (typeof write.amount === "string") write.amount = BigInt(write.amount);
      found.push({ write, bytes, alive: alive && !(await within(limitMs, isDead(store, name))) });
    }
  } catch (cause) {
    throw new ServiceUnavailableError({ message: "The store could not be listed: see the cause.", retryable: true, reason: "store", cause });
  }
  return found;
}

async function all(rows) {
  const found = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** No store is waited for longer than its time. */
async function within(limitMs, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("The store did not answer within its storeTimeoutMs.")), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Where locks prove who is alive, a record that nobody holds is a dead tab's, whatever its lease says.
async function isDead(store, name) {
  const release = await store.hold?.(name);
  if (typeof release === "function") release();
  return typeof release === "function";
}
