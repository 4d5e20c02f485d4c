// A function in fetch's shape whose network is a world.
import { given } from "../snapshot.js";
import { refused, response } from "./answer.js";
import { Cut, visit } from "./visit.js";
import { closesPort } from "./rule.js";

/** `ended` rejects when the world does. */
export function fetchOf(world, ended) {
  return async function fetch(input, init) {
    const { url, method, headers, body: read, signal } = asked(input, init);
    const { origin, pathname, search } = new URL(url);
    const region = world.regions.find(({ url }) => url === origin);
    if (!region) {
      const known = world.regions.map(({ url }) => url).join(", ");
      throw new TypeError(`this fetch reaches ${known}, and not ${origin}: give the client local.edges`);
    }
    if (signal?.aborted) throw signal.reason;
    const body = await read();
    return exchange(world, region, { method, target: pathname + search, headers: [...headers].flat(), body }, signal, ended);
  };
}

async function exchange(world, region, request, signal, ended) {
  if (closesPort(region.rule)) throw refused("fetch failed", "ECONNREFUSED", `connect ECONNREFUSED ${region.url}`);
  const wait = new Wait(region, signal, ended);
  try {
    const answer = await Promise.race([visit(world, region, request, signal), wait.over]);
    // A body that stalls is still waited for.
    if (answer.ending !== "stalled") wait.end();
    return response(answer, wait.over);
  } catch (error) {
    wait.end();
    throw error instanceof Cut ? reset() : error;
  }
}

/** Waiting for an answer: `over` rejects when the caller aborts, the port closes or the world ends. */
class Wait {
  constructor(region, signal, ended) {
    const gone = new Promise((_, reject) => {
      this.abort = () => reject(signal.reason);
      this.close = () => reject(reset());
    });
    this.region = region;
    this.signal = signal;
    this.over = Promise.race([gone, ended]);
    // Nobody may be listening when it comes.
    this.over.catch(() => {});
    signal?.addEventListener("abort", this.abort);
    region.open.add(this.close);
  }

  /** A signal that serves many calls must be left as it was. */
  end() {
    this.signal?.removeEventListener("abort", this.abort);
    this.region.open.delete(this.close);
  }
}

const reset = () => refused("fetch failed", "ECONNRESET", "read ECONNRESET");

/** What is asked for. A URL with text beside it, as the client sends it, needs no Request: Node's reads more members than it is given. */
function asked(input, init) {
  const { method = "GET", headers, body, signal } = given(init);
  if ((typeof input === "string" || input instanceof URL) && (typeof body === "string" || body == null)) {
    const fields = new Headers(headers);
    if (body != null && !fields.has("content-type")) fields.set("content-type", "text/plain;charset=UTF-8");
    return { url: input, method: method.toUpperCase(), headers: fields, body: async () => new TextEncoder().encode(body ?? ""), signal };
  }
  const request = new Request(input, init);
  const read = async () => new Uint8Array(await request.arrayBuffer());
  // The Request's own signal only follows the other, and in some runtimes lets go of it.
  return { url: request.url, method: request.method, headers: request.headers, body: read, signal: signal ?? request.signal };
}
