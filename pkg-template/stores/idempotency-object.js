// The Durable Object behind durableObjectStore: bytes under keys, replaced by whoever has seen them last.
import { durableObjectStorage, stored } from "./durable-object.js";

/** An alarm is not set again for less. */
const SWEEP_LATE_MS = 3_600_000;
const PAGE = 100;

export const idempotencyObject = (Base) => class IdempotencyObject extends Base {
  async read(key) {
    const entry = await this.ctx.storage.get(key);
    return { bytes: entry?.bytes, version: entry?.version, stamps: entry?.stamps ?? [], nowUnixMs: Date.now() };
  }

  /** The first stamp is the new version. No number: after the key was freed, an old one would come again. */
  async write(key, version, bytes, expiresAtUnixMs, stamps = [crypto.randomUUID()]) {
    const { storage } = this.ctx;
    const written = await storage.transaction(async (transaction) => {
      if ((await transaction.get(key))?.version !== version) return false;
      if (bytes) await transaction.put(key, { bytes, version: stamps[0], stamps, expiresAtUnixMs });
      else await transaction.delete(key);
      return true;
    });
    if (written && bytes) await sweepAt(storage, expiresAtUnixMs);
    return written;
  }

  async list(prefix, after) {
    const rows = [];
    for await (const [key, { bytes }] of stored(this.ctx.storage, prefix, after)) {
      if (rows.push([key, bytes]) === PAGE) break;
    }
    return rows;
  }

  async alarm() {
    await sweepAt(this.ctx.storage, await durableObjectStorage(this.ctx.storage).sweep());
  }
};

async function sweepAt(storage, unixMs) {
  const due = await storage.getAlarm();
  if (unixMs < Infinity && (due === null || unixMs < due - SWEEP_LATE_MS)) await storage.setAlarm(unixMs);
}
