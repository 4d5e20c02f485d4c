// What a page of an application does with a client, on a ledger of its own; the body shows what came of it, as JSON.
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

const wants = new URLSearchParams(location.search);
const local = localShardd({ regions: [{}, { delayMs: 40 }, { delayMs: 80 }] });
const sent = [];
const fetch = (url, init) => {
  sent.push(`${init.method} ${url.replace(/^https:\/\/local-(\d)[^/]*/, "$1")}`);
  return local.fetch(url, init);
};

const SCENES = { warnings, remembered, stored };

/** Which warnings a client of each kind gives, over several calls. */
async function warnings() {
  const warned = {};
  const watched = async (name, make) => {
    const events = [];
    const shardd = make((event) => events.push(event));
    for (let n = 0; n < 2; n++) await shardd.credit("b", "a", 1);
    warned[name] = events.filter(({ type }) => type === "warning");
  };
  const made = (key) => (onEvent) => new Shardd(key, { fetch, edges: local.edges, onEvent });
  await watched("text", made("sk_live_secret"));
  await watched("function", made(() => "token"));
  await watched("promise", made(async () => "token"));
  await watched("derived", (onEvent) => made(() => "token")(onEvent).withApiKey("sk_live_secret"));
  await watched("thrower", (onEvent) => made("sk_live_secret")((event) => {
    onEvent(event);
    throw new Error("of the page");
  }));
  return warned;
}

/** Where the first requests of a start go, and what the browser keeps after it. */
async function remembered() {
  if (wants.has("dead")) local.fault(0, { kind: "refuse" });
  const shardd = new Shardd(() => "token", { fetch, edges: local.edges, rememberEdge: true });
  await shardd.credit("b", "a", 1);
  return { first: sent[0], kept: Object.entries(localStorage) };
}

/** A browser that keeps nothing. */
async function stored() {
  Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
  const shardd = new Shardd(() => "token", { fetch, edges: local.edges, rememberEdge: true });
  return (await shardd.credit("b", "a", 1)).balance;
}

document.body.textContent = await SCENES[wants.get("scene")]().then(JSON.stringify, (error) => String(error.stack));
