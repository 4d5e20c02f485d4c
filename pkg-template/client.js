// The client in the wasm behind each client that users hold. After a trap it is made anew, by the next call, of what the first was made of.
import { atCaller, fromRecord, InternalError, isShardError } from "./errors.js";
import { network } from "./exchange.js";
import { fallen } from "./fallen.js";
import { givenToClient, owner, text } from "./given.js";
import { instantiate } from "./instance.js";
import { listener, memoryIn } from "./listening.js";
import { methodOf } from "./method.js";
import { behind } from "./no-client.js";
import { privateState } from "./private-state.js";
import { quietly } from "./quietly.js";
import { shared } from "./shared-signal.js";
import { placeOf } from "./store-place.js";

/** What each client is made of. */
const settings = privateState();

/** `state` is { apiKey, owner, options, from }: options that nobody else changes, and what it shares the edge table of. */
export function setUp(shardd, { apiKey, owner: of, options, from }) {
  if (typeof apiKey !== "function") text("API key", apiKey);
  if (of != null) owner("owner", of);
  // What is not set yet is not there, whatever a page has added to `Object.prototype`.
  const state = { __proto__: null, apiKey, owner: of, options, from, given: givenToClient(options), memory: memoryIn(options) };
  coreOf(state);
  settings.keep(shardd, state);
}

/** What `setUp` remembered. */
export function settingsOf(shardd) {
  return behind(settings, shardd);
}

/** The wasm's own client, in `state.life`. */
export function coreOf(state) {
  if (state.isFreed) throw new InternalError({ message: "The client does not run any more, as after free(): make a new one." });
  try {
    const life = instantiate();
    if (state.life !== life) {
      state.core = made(state, life);
      state.life = life;
      if (state.isClosed) state.core.close();
    }
    return state.core;
  } catch (error) {
    throw atCaller(isShardError(error) ? error : fallen(error), coreOf);
  }
}

function made({ from, apiKey, owner, options, given, memory }, life) {
  if (from && !from.isFreed) return coreOf(from).withApiKey(apiKey, owner);
  const sending = network(options?.fetch ?? undefined, life.atEnd, options?.integers === "bigint");
  return new life.glue.Shardd(apiKey, owner, given, sending, listener(memory, options?.onEvent), shared(options?.signal), holding(options?.store, life), (text, cause, body) => fromRecord(text, cause, body, sending.lastThrown));
}

// A dead life holds on to nothing: what a store proves its writes to be alive by is let go.
function holding(store, { atEnd }) {
  if (!store) return undefined;
  const place = placeOf(store);
  place.list = (prefix) => all(store.list(prefix));
  const hold = methodOf(store, "hold");
  if (!hold) return place;
  place.hold = async (name) => {
    const release = await hold(name);
    if (typeof release !== "function") return release;
    atEnd.add(release);
    return () => {
      atEnd.delete(release);
      quietly(release);
    };
  };
  return place;
}

async function all(rows) {
  const found = [];
  for await (const [name, bytes] of rows) found.push([name, bytes]);
  return found;
}

