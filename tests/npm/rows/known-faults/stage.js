// A client, three regions, and what passed between them.
import { now } from "./time.js";
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

const KEY = "sk_test";

/**
 * `delaysMs` are the regions' distances, of which the client is told the first `known`; what `instead` gives for a
 * request is its answer, where it gives one. The other options are the client's.
 */
export function stage({ delaysMs = [5, 40, 120], known = delaysMs.length, instead = () => undefined, ...options } = {}) {
  const regions = delaysMs.map((delayMs) => ({ delayMs }));
  const local = localShardd({ regions, seed: 1, keys: [{ token: KEY }] });
  const sent = [];
  const fetch = async (url, init) => {
    const request = { url, path: new URL(url).pathname, region: local.edges.findIndex((edge) => url.startsWith(edge)), atMs: now(), ...init };
    sent.push(request);
    return (await instead(request, local)) ?? local.fetch(url, init);
  };
  const shardd = new Shardd(KEY, { edges: local.edges.slice(0, known), fetch, ...options });
  return {
    local,
    shardd,
    /** The requests that were sent, without the probes. */
    requests: () => sent.filter(({ path }) => path !== "/gateway/health"),
    /** How often each region was probed. */
    probes: () => local.edges.map((_, at) => sent.filter(({ path, region }) => path === "/gateway/health" && region === at).length),
    states: () => shardd.edgeTable().map(({ state }) => state),
    pinned: () => shardd.edgeTable().findIndex(({ pinned }) => pinned),
  };
}

/** An answer in JSON. */
export const json = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

/** An answer whose headers come and whose body never does. */
export const stalled = (status) => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), { status });
