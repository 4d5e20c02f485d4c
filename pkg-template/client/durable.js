// Writes that were recorded before they were sent, and not finished; and what a log-out takes away.
import * as is from "../generated/effects.js";
import * as say from "../generated/sentences.js";
import { InvalidInputError, ServiceUnavailableError, isShardError } from "../errors.js";
import { methodOf } from "../method.js";
import { quietly } from "../quietly.js";
import { saidBy } from "../store-place.js";
import { launch } from "./call.js";
import { clientOf, coreOf } from "./client.js";
import { cancel, later, unixMs } from "./clock.js";
import { Cursor, exact } from "./cursor.js";
import { fallen } from "../fallen.js";
import { identify, scopeOf } from "./identity.js";
import { text } from "./kinds.js";
import { checked } from "./options.js";
import { own } from "./own.js";
import { PREFIX, bytesOf, changeAt } from "./recording.js";
import { trimmed } from "./text.js";
import { recorded } from "./write.js";

/** Those that nobody is likely to be at. */
export async function pending(shardd) {
  const client = clientOf(shardd);
  const rows = (await rowsOf(client)).filter(isUnfinished);
  const found = [];
  for (const row of rows) {
    const status = row.status === is.ROW_NEEDS_LOCK ? await statusOf(client, row) : row.status;
    if (status === is.ROW_LEFT) found.push(shown(client, row.note));
  }
  return found;
}

/** Finishes them all, side by side; one that somebody may be at still is watched until its lease has ended. */
export async function resume(shardd, options) {
  const client = clientOf(shardd);
  const given = checked("call", options);
  const rows = (await rowsOf(client)).filter(isUnfinished);
  return Promise.all(rows.map(async ({ note }) => {
    const write = shown(client, note);
    const request = recorded(note, given);
    if (note.isStamped) request.sent = note.body;
    try {
      return { write, result: await launch(client, request) };
    } catch (error) {
      return { write, error };
    }
  }));
}

export async function discard(shardd, nonce) {
  const meant = trimmed(text("idempotencyNonce", nonce));
  const client = clientOf(shardd);
  const rows = (await rowsOf(client)).filter((row) => isUnfinished(row) && row.note.nonce === meant);
  return (await removed(client, rows, is.REMOVAL_DISCARD, meant)) > 0;
}

export async function forget(shardd, options) {
  const { pending: isAll = false } = checked("forget", options);
  const client = clientOf(shardd);
  const rows = (await rowsOf(client)).filter((row) => isAll || !isUnfinished(row));
  return removed(client, rows, isAll ? is.REMOVAL_FORGET_ALL : is.REMOVAL_FORGET, "");
}

const isUnfinished = ({ status }) => status !== is.ROW_FINISHED;

/** The client's rows: `{ name, bytes, status, note }`. */
async function rowsOf(client) {
  const { store } = client.settings;
  if (!store) throw new InvalidInputError({ message: say.noStore });
  const list = methodOf(store, "list");
  if (!list) throw new InvalidInputError({ message: "This store cannot list what it holds: give it a method list(prefix)." });
  const { owner } = typeof client.owner === "function" ? await identify({ __proto__: null, ...client, apiKey: undefined }) : client;
  const prefix = `${PREFIX}${await scopeOf(client, owner)}:`;
  const rows = await within(client, async () => {
    const found = [];
    for await (const [name, bytes] of list(prefix)) found.push([name, bytes]);
    return found;
  });
  const records = [];
  for (const [name, bytes] of rows) {
    // What is no record of ours is left alone, like any other program's.
    if (typeof name !== "string" || !name.startsWith(PREFIX) || !ArrayBuffer.isView(bytes)) continue;
    const row = { name, bytes: bytesOf(bytes) };
    row.status = read(client, row, is.LOCK_NOT_ASKED);
    if (row.status !== is.ROW_OTHER) records.push(row);
  }
  return records;
}

/** What the kernel says of a row, whose note it gets. */
function read(client, row, lock) {
  const { life, handle } = coreOf(client);
  return sound(() => {
    const [length] = life.put(row.bytes);
    const place = life.enter("record", handle, length, unixMs(), lock);
    const [status, isStamped, isSent, ...places] = life.wordsAt(place, 15);
    if (status === is.ROW_OTHER) return status;
    const [nonce, bucket, path, body, fingerprint, edge] = [0, 2, 4, 6, 8, 10].map((at) => life.textAt(places[at], places[at + 1]));
    const ttlMs = life.enter("figure", 0) || undefined;
    const sentAtUnixMs = isSent ? life.enter("figure", 1) : null;
    row.note = { nonce, bucket, path, body, fingerprint, ttlMs, isStamped: isStamped === 1, edge: isSent ? edge : null, sentAtUnixMs };
    return status;
  });
}

/** The status of a row whose call holds a lock as long as it lives: the store is asked for that. */
async function statusOf(client, row) {
  const hold = methodOf(client.settings.store, "hold");
  let lock = is.LOCK_UNKNOWN;
  if (hold) {
    try {
      await within(client, async (limit) => {
        const held = await hold(row.name);
        if (typeof held === "function") quietly(held);
        if (!limit.isOver) lock = typeof held === "function" ? is.LOCK_FREE : held === null ? is.LOCK_UNKNOWN : is.LOCK_HELD;
      });
    } catch {
      // Nobody can tell.
    }
  }
  return read(client, row, lock);
}

/** A write as users see it. */
function shown({ isBigint }, { nonce, bucket, body, edge, sentAtUnixMs }) {
  const sent = new Cursor(body).any(exact);
  const [account = null, amount = BigInt(0), note = null] = ["account", "amount", "note"].map((name) => own(sent, name));
  // What no number holds is listed as what it is.
  const isExact = isBigint || !Number.isSafeInteger(Number(amount));
  return { idempotencyNonce: nonce, bucket, account, amount: isExact ? amount : Number(amount), note, edge, sentAtUnixMs };
}

async function removed(client, rows, mode, nonce) {
  const update = methodOf(client.settings.store, "update");
  const { life, handle } = coreOf(client);
  let count = 0;
  for (const { name } of rows) {
    let isRemoved = false;
    await within(client, (limit) => update(name, (bytes) => {
      if (limit.isOver) throw new Error("The store called this step after the time that it had for it: write nothing.");
      const [length, nonceLength] = life.put(bytesOf(bytes), nonce);
      const place = life.enter("remove", handle, length === 0 ? -1 : length, mode, nonceLength);
      const words = life.wordsAt(place, 4);
      isRemoved = words[3] === 1;
      return saidBy(changeAt(life, place));
    }));
    if (isRemoved) count++;
  }
  return count;
}

/** Does `work` at the store, for which it is not waited longer than its time. */
async function within({ settings }, work) {
  const limit = { isOver: false };
  let timer;
  const late = new Promise((_, reject) => {
    timer = later(() => reject(new Error("The store did not answer within its storeTimeoutMs.")), settings.storeTimeoutMs);
  });
  try {
    return await Promise.race([work(limit), late]);
  } catch (cause) {
    throw isShardError(cause) ? cause : new ServiceUnavailableError({ message: say.storeUnlisted, reason: "store", retryable: true, cause });
  } finally {
    limit.isOver = true;
    cancel(timer);
  }
}

function sound(work) {
  try {
    return work();
  } catch (error) {
    throw isShardError(error) ? error : fallen(error);
  }
}
