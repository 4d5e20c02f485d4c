// Another client, given by the path of a module, to stand in the same table:
//
//   export function createClient({ edges, key }) → { createEvent(bucket, account, amount) → promise, close?() }
//
// `edges` are in no order: which one is nearest, the client has to find out.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ACCOUNT, BUCKET, KEY } from "./plain.mjs";
import { timed } from "./rounds.mjs";

/** The module at this path. Its file is for bundles and for processes of their own. */
export async function loadPeer(path) {
  const file = resolve(path);
  const { createClient } = await import(pathToFileURL(file).href);
  if (typeof createClient !== "function") throw new TypeError(`${path} exports no function createClient({ edges, key }).`);
  return { file, createClient };
}

/** A new client of the peer's for the time of some work, which is given how to call it. */
export async function withPeer({ createClient }, edges, work) {
  const client = createClient({ edges, key: KEY });
  try {
    return await work(() => client.createEvent(BUCKET, ACCOUNT, 1));
  } finally {
    await client.close?.();
  }
}

/** Milliseconds of the first call of a new client. */
export const firstOf = (peer, edges) => peer && (() => withPeer(peer, edges, timed));
