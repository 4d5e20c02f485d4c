// What every scene of this row needs: a client on a local ledger, all that it sent, and the error that a promise owes.
import assert from "node:assert/strict";
import { Shardd, isShardError } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

/** A client with these options (or what they are for its ledger), its ledger, and every request that left it. One region, unless the ledger is told otherwise. */
export function stage(options, ledger) {
  const local = localShardd({ regions: 1, ...ledger });
  const sent = [];
  const fetch = (url, init) => {
    const { origin, pathname, search } = new URL(url);
    const { method, body, headers, signal } = init;
    sent.push({ edge: origin, path: pathname + search, method, body, key: headers.authorization, signal });
    return local.fetch(url, init);
  };
  const { apiKey = "key", ...rest } = (typeof options === "function" ? options(local) : options) ?? {};
  const shardd = new Shardd(apiKey, { fetch, edges: local.edges, ...rest });
  return { shardd, local, sent, fetch, writes: () => sent.filter(({ method }) => method === "POST") };
}

/** The error of the package that this promise rejects with. */
export async function failure(promise) {
  const error = await promise.then((value) => assert.fail(`it resolved to ${String(value)}`), (error) => error);
  assert.ok(isShardError(error) && error instanceof Error, `no error of the package: ${error?.stack ?? error}`);
  return error;
}

/** Waits until `condition` holds, however slow the machine is. */
export async function until(condition) {
  for (let value; ; await new Promise((resolve) => setTimeout(resolve, 2))) if ((value = await condition())) return value;
}

/** `{ name, outcome, … }` of an error, for one comparison. */
export const facts = (error, ...names) => Object.fromEntries(["name", "outcome", ...names].map((name) => [name, error[name]]));

/** A promise that never settles, as a function that nobody answers returns. */
export const never = () => new Promise(() => {});

/** One turn of the event loop: what runs by itself has run. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
