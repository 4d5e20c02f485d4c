// The client behind each client that users hold, and what the kernel knows of it: made anew after a trap, by the next call.
import { InternalError, atCaller, isShardError } from "../errors.js";
import { fallen } from "../fallen.js";
import { behind } from "../no-client.js";
import { privateState } from "../private-state.js";
import { quietly } from "../quietly.js";
import { inherit } from "./copies.js";
import { identityOf } from "./identity.js";
import { instantiate } from "./instance.js";
import { memoryIn } from "./memory.js";
import { settingsOf } from "./settings.js";
import { trimmed } from "./text.js";

/** What each client is made of. */
const clients = privateState();

/** Makes the client behind `shardd`. It does no I/O, draws no randomness, starts no timer. */
export function setUp(shardd, apiKey, options) {
  const settings = settingsOf(options);
  const client = keep(shardd, { apiKey, owner: settings.owner, settings, shares: { core: undefined, users: 0 } });
  client.memory = memoryIn(settings);
}

/** The same with another key, for a client that shares what this one knows of the edges. */
export function setUpFrom(from, shardd, apiKey, owner) {
  const client = keep(shardd, { apiKey, owner, settings: from.settings, shares: from.shares });
  client.memory = from.memory;
}

function keep(shardd, { apiKey, owner, settings, shares }) {
  const header = identityOf(apiKey, owner, settings.store !== undefined);
  const { onEvent } = settings;
  const client = {
    // What is not set yet is not there, whatever a page has added to `Object.prototype`.
    __proto__: null,
    apiKey, header, owner, settings, shares, onEvent,
    isBigint: settings.integers === "bigint", maxBytes: Number(settings.maxBodyBytes),
    /** The part of records' names that says whose they are, where the key does. */
    scope: undefined,
    calls: new Set(), memory: undefined, begun: undefined, isClosed: false, isFreed: false,
  };
  coreOf(client);
  shares.users++;
  clients.keep(shardd, client);
  return client;
}

/** What `setUp` made. */
export function clientOf(shardd) {
  return behind(clients, shardd);
}

/** What the kernel has of a client: `{ life, handle, edges }`, the base URLs among it. Clients that share the edge table have one. */
export function coreOf(client) {
  if (client.isFreed) throw new InternalError({ message: "The client does not run any more, as after free(): make a new one." });
  const { shares } = client;
  try {
    const life = instantiate();
    if (!life.hasInherited) {
      life.hasInherited = true;
      inherit(life, opened, dropped);
    }
    if (!shares.core || shares.core.life !== life) shares.core = opened(life, client.settings);
    return shares.core;
  } catch (error) {
    throw atCaller(isShardError(error) ? error : fallen(error), coreOf);
  }
}

function opened(life, settings) {
  const { ledger, edges, timeoutMs, attemptTimeoutMs, probeTimeoutMs, cooldownMs, settleMs, maxAttempts, ambiguousWrites } = settings;
  const [ledgerLength, edgesLength] = life.put(ledger === undefined ? "" : ledger, edges.join("\n"));
  const handle = life.enter(
    "open", ledger === undefined ? -1 : ledgerLength, edgesLength, timeoutMs, attemptTimeoutMs, probeTimeoutMs, cooldownMs, settleMs, maxAttempts,
    ambiguousWrites === "failover",
  );
  if (handle < 0) throw new InternalError({ message: "There are too many clients: make one and keep it, or free() those that are done." });
  const core = { life, handle, edges: edges.slice() };
  if (collected) collected.register(core, { life, handle });
  return core;
}

/** The kernel's part of a client goes when nobody holds the client any more. */
const collected = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(dropped) : undefined;

function dropped({ life, handle }) {
  if (!life.trap) quietly(() => life.enter("drop_client", handle));
}

/** Ends the calls of a client, and later ones too. */
export function close(client) {
  client.isClosed = true;
  for (const call of Array.from(client.calls)) call.abort({ isClosed: true, reason: undefined });
}

/** Gives a client back, and the kernel's part with the last that shares it. */
export function free(client) {
  if (client.isFreed) return;
  client.isFreed = true;
  left(client.shares);
}

/** One client or call less that needs the kernel's part. */
export function left(shares) {
  if (--shares.users === 0 && shares.core) dropped(shares.core);
}

/** Tells a new client which edge served last. A memory that fails is no memory; the race finds an edge as it does without. */
export function remembered(memory, { life, handle }) {
  const url = memory && quietly(() => memory.get());
  if (typeof url === "string") life.enter("remember", handle, ...life.put(trimmed(url).replace(/\/+$/, "")));
}
