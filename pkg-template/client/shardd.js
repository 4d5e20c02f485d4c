// The class users see: a method for each call.
import { fromEnvironment } from "../environment.js";
import { atCaller, isShardError } from "../errors.js";
import { calls } from "../generated/calls.js";
import { eventPages, pages } from "../pages.js";
import { call } from "./call.js";
import { clientOf, close, coreOf, free, setUp, setUpFrom } from "./client.js";
import { now } from "./clock.js";
import { discard, forget, pending, resume } from "./durable.js";
import { instantiate } from "./instance.js";
import { checked } from "./options.js";
import { optionsIn } from "./refuse.js";

const STATES = ["up", "cooling", "half-open"];

export class Shardd extends calls(call) {
  constructor(apiKey, options) {
    super();
    try {
      setUp(this, apiKey, options);
    } catch (error) {
      // The stack begins at the user's own line, and what nobody catches prints that little.
      throw isShardError(error) ? atCaller(error, Shardd) : error;
    }
  }

  // A getter rather than the class's own name, which minifiers shorten.
  static get name() {
    return "Shardd";
  }

  /** Starts the module ahead of the first client; nobody needs it. */
  static async ready() {
    instantiate();
  }

  /** A client from `SHARDD_API_KEY` and `SHARDD_EDGES` (comma-separated). */
  static fromEnv(env, options) {
    return new this(...fromEnvironment(env, () => optionsIn(options)));
  }

  withApiKey(apiKey, options) {
    const from = clientOf(this);
    const { owner } = checked("withApiKey", options);
    coreOf(from);
    const clone = Object.create(Object.getPrototypeOf(this));
    // A function tells owners apart; a name is one owner's, and the other key's owner is another one.
    const inherited = typeof from.owner === "function" ? from.owner : undefined;
    setUpFrom(from, clone, apiKey, owner ?? inherited);
    return clone;
  }

  edgeTable() {
    const { life, handle, edges } = coreOf(clientOf(this));
    return edges.map((url, edge) => {
      const [rttMs, state, cooldownLeftMs, pinned] = life.wordsAt(life.enter("edge", handle, edge, now()), 4);
      return { url, rttMs: rttMs < 0 ? null : rttMs, state: STATES[state], cooldownLeftMs, pinned: pinned === 1 };
    });
  }

  close() { close(clientOf(this)); }
  free() { free(clientOf(this)); }

  pending() { return pending(this); }
  resume(options) { return resume(this, options); }
  discard(nonce) { return discard(this, nonce); }
  forget(options) { return forget(this, options); }

  myBuckets(filter) {
    return pages((page) => this.listMyBuckets(page), filter, "buckets", "bucket");
  }

  myBucketEvents(bucket, filter) {
    return pages((page) => this.listMyBucketEvents(bucket, page), filter, "events", "eventId");
  }

  myEvents(filter) {
    return eventPages((page) => this.listMyEvents(page), filter);
  }
}

// `using` closes; the memory is given back when nobody holds the client any more.
if (Symbol.dispose) Shardd.prototype[Symbol.dispose] = Shardd.prototype.close;
