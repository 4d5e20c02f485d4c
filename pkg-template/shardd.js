// The class users see. Its base has a method for each operation. All policy is Rust's.
import { call } from "./call.js";
import { coreOf, setUp, settingsOf } from "./client.js";
import { discard, forget, pending, resume } from "./durable.js";
import { fromEnvironment } from "./environment.js";
import { calls } from "./generated/calls.js";
import { optionsIn, optionsOf } from "./given.js";
import { instantiate } from "./instance.js";
import { eventPages, pages } from "./pages.js";

export class Shardd extends calls(call) {
  constructor(apiKey, options) {
    super();
    const kept = optionsIn(options);
    setUp(this, { apiKey, owner: kept?.owner, options: kept, from: undefined });
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
    const from = settingsOf(this);
    const { owner } = optionsOf("withApiKey", options);
    coreOf(from);
    const clone = Object.create(Object.getPrototypeOf(this));
    // A function tells owners apart; a name is one owner's, and the other key's owner is another one.
    const inherited = typeof from.owner === "function" ? from.owner : undefined;
    setUp(clone, { apiKey, owner: owner ?? inherited, options: from.options, from });
    return clone;
  }

  edgeTable() {
    return JSON.parse(coreOf(settingsOf(this)).edgeTable());
  }

  close() {
    const state = settingsOf(this);
    state.isClosed = true;
    if (!state.life.trap && !state.isFreed) state.core.close();
  }

  free() {
    const state = settingsOf(this);
    if (!state.isFreed) state.core.free();
    state.isFreed = true;
  }

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
