// A call under way: does what the kernel says, and tells it what came of it. Decides nothing.
import * as is from "../generated/effects.js";
import { InternalError, isShardError } from "../errors.js";
import { fallen } from "../fallen.js";
import { quietly } from "../quietly.js";
import { shared } from "../shared-signal.js";
import { cancel, chance, later, now, secret } from "./clock.js";
import { noteCopy } from "./copies.js";
import { endOf } from "./ending.js";
import { hear, isHeard, tell } from "./events.js";
import { identify, scopeOf } from "./identity.js";
import { Recording } from "./recording.js";
import { Sending } from "./sending.js";

/** No measure of anything: how often a request that would look hung is seen to wait. */
const GRACE_MS = 50;

let calls = 0;

export class Running {
  /** `only` is the index of the one edge to use, or -1. */
  constructor(client, core, request, only, resolve, reject) {
    this.client = client;
    this.core = core;
    this.life = core.life;
    this.request = request;
    this.only = only;
    this.resolve = resolve;
    this.reject = reject;
    this.number = ++calls;
    this.handle = -1;
    this.isOver = false;
    /** Its caller's own context knows of its end. */
    this.isHeard = false;
    this.isTold = false;
    this.inputs = [];
    this.timer = undefined;
    this.dueAt = 0;
    this.signals = [];
    this.header = client.header;
    this.owner = typeof client.owner === "function" ? undefined : client.owner;
    /** The body of every copy, where it is not the request's. */
    this.sent = request.sent;
    this.sending = new Sending(this);
    const isRecorded = client.settings.store !== undefined && request.replayable;
    this.recording = isRecorded ? new Recording(this) : undefined;
    /** What the last attempt gave: `{ status, value }`, or `{ record }` of an error. */
    this.last = undefined;
    /** The answer that came last, for other calls of this write. */
    this.response = undefined;
    /** The account that does not show the event yet. */
    this.read = undefined;
    /** The answer that an earlier call got. */
    this.replay = undefined;
    /** Why the caller gave up. */
    this.aborted = undefined;
    this.keyError = undefined;
  }

  begin() {
    this.life.calls.add(this);
    this.client.calls.add(this);
    this.guarded(() => {
      this.listen(this.request.given.signal);
      this.listen(this.client.settings.signal);
      if (this.client.isClosed && !this.aborted) this.aborted = { isClosed: true, reason: undefined };
      tell(this, { type: "call" });
      const { nonce = "", fingerprint = "" } = this.request;
      const random = this.recording ? secret() : chance();
      const { owner, header = "" } = this;
      this.step(() => {
        const { life, core, client, request } = this;
        const [nonceLength, printLength, keyLength, ownerLength] = life.put(nonce, fingerprint, header, owner === undefined ? "" : owner);
        const { timeoutMs = 0 } = request.given;
        return life.enter(
          "begin", core.handle, this.flags(), nonceLength, printLength, keyLength, owner === undefined ? -1 : ownerLength,
          timeoutMs, this.only, client.settings.storeTimeoutMs, now(), random,
        );
      });
    });
  }

  flags() {
    const { client, request, recording, only, sent, aborted } = this;
    const { header, owner, settings } = client;
    const isAsked = header === undefined || typeof owner === "function" || (recording !== undefined && owner === undefined && client.scope === undefined);
    let flags = 0;
    const flag = (bit, isSet) => { if (isSet) flags |= bit; };
    flag(is.FLAG_WRITES, request.nonce !== undefined);
    flag(is.FLAG_REPLAYABLE, request.replayable);
    flag(is.FLAG_NEEDS_CLOCK, request.ttlMs !== undefined && sent === undefined);
    flag(is.FLAG_IS_PROBE, request.operation === "health" && only >= 0);
    flag(is.FLAG_KEY_NEEDLESS, request.open);
    flag(is.FLAG_KEY_ASKED, !request.open && isAsked);
    flag(is.FLAG_RENEWS, header === undefined);
    flag(is.FLAG_KNOWN, !request.open && header !== undefined && typeof owner !== "function");
    flag(is.FLAG_RECORDED, recording !== undefined);
    flag(is.FLAG_RESUMES, request.operation === "resume");
    flag(is.FLAG_OPEN, settings.storeFailure === "open");
    flag(is.FLAG_IN_DOUBT, request.isInDoubt === true);
    flag(is.FLAG_DISCOVERS, settings.discover !== undefined);
    flag(is.FLAG_ABORTED, aborted !== undefined);
    return flags;
  }

  listen(signal) {
    if (!signal) return;
    const place = shared(signal);
    const fire = () => this.abort({ isClosed: false, reason: place.reason });
    if (place.aborted) {
      if (!this.aborted) this.aborted = { isClosed: false, reason: place.reason };
      return;
    }
    place.addEventListener("abort", fire);
    this.signals.push(() => place.removeEventListener("abort", fire));
  }

  /** The caller gives up, once. */
  abort(aborted) {
    if (this.aborted || this.isOver) return;
    this.aborted = aborted;
    this.guarded(() => this.tell(is.INPUT_ABORT));
  }

  /** Tells the kernel that something happened. */
  tell(what, a = 0, b = 0, c = 0, d = 0, figure = 0, text = "") {
    this.step(() => {
      const length = text === "" ? 0 : this.life.put(text)[0];
      return this.life.enter("told", this.handle, what, a, b, c, d, figure, length, now(), chance());
    });
  }

  /** Calls the kernel by `ask`, and does what it says. What happens meanwhile, as where a user's function closes its client, comes afterwards. */
  step(ask) {
    this.inputs.push(ask);
    if (this.isTold) return;
    this.isTold = true;
    try {
      while (this.inputs.length > 0 && !this.isOver) this.obey(this.inputs.shift()());
    } finally {
      this.isTold = false;
    }
  }

  obey(place) {
    if (place === 0) {
      if (this.handle < 0) throw new InternalError({ message: "The client has no room for this call: too many are under way." });
      return;
    }
    const { life } = this;
    life.look();
    const { words } = life;
    let at = place >> 2;
    this.handle = words[at++];
    const wakeInMs = words[at++];
    // Taken off before anything is done: what is done may call the kernel again.
    const todo = [];
    for (let action = words[at++]; action !== is.ACTION_NOTHING; action = words[at++]) {
      const said = [];
      for (const end = at + is.ACTION_WORDS[action]; at < end; at++) said.push(words[at]);
      this.take(todo, action, said);
    }
    this.wake(wakeInMs);
    for (const act of todo) if (!this.isOver) act();
  }

  /** Puts what an action comes to among what is to be done. */
  take(todo, action, said) {
    const { sending, recording, life } = this;
    const [first, second] = said;
    switch (action) {
      case is.ACTION_PROBE: return todo.push(() => sending.probe(first, second));
      case is.ACTION_CUT_PROBE: return todo.push(() => sending.cutProbe(first));
      case is.ACTION_SEND: return todo.push(() => sending.send(first));
      case is.ACTION_CUT_ATTEMPT: return todo.push(() => sending.timedOut());
      case is.ACTION_DISCOVER: return todo.push(() => sending.discover(first));
      case is.ACTION_ASK_KEY: return todo.push(() => this.askKey());
      case is.ACTION_CLAIM: return todo.push(() => recording.claim(first));
      case is.ACTION_TOUCH: return todo.push(() => recording.touch(first));
      case is.ACTION_CLOSE: return todo.push(() => recording.close(first, second));
      case is.ACTION_KEEP: return todo.push(() => this.keep(first, second));
      case is.ACTION_LEFT: this.sent = life.textAt(first, second); return undefined;
      case is.ACTION_DONE: {
        const [status, edgeAt, edgeLength, bodyAt, bodyLength] = said;
        this.replay = { status, edge: life.textAt(edgeAt, edgeLength), bytes: life.bytesAt(bodyAt, bodyLength) };
        return undefined;
      }
      case is.ACTION_EVENT: {
        if (!isHeard(this.client, first)) return undefined;
        const reason = life.textAt(said[4], said[5]);
        return todo.push(() => hear(this, said, reason));
      }
      case is.ACTION_END: return todo.push(() => this.end(said));
      default: throw new InternalError({ message: "The client's wasm and its JavaScript are of two versions: load both from one package." });
    }
  }

  wake(inMs) {
    const dueAt = now() + inMs;
    if (this.timer !== undefined) {
      // One that is too early looks again.
      if (inMs >= 0 && this.dueAt <= dueAt) return;
      cancel(this.timer);
      this.timer = undefined;
    }
    if (inMs < 0) return;
    this.dueAt = dueAt;
    this.timer = later(() => {
      this.timer = undefined;
      if (this.isOver) quietly(() => this.linger());
      this.guarded(() => this.tell(is.INPUT_TICK));
    }, inMs);
  }

  /** The call fell with its life, and the word of its end is on its way from the request that trapped, for as long as the machine takes. */
  linger() {
    if (!this.isHeard) later(() => this.linger(), GRACE_MS);
  }

  /** Asks for the key and the owner, in the context of the call. */
  askKey() {
    const { client } = this;
    const given = async () => {
      const identity = await identify(client);
      // Whose the records are is made out here, where an error of it can be told.
      if (this.recording) await scopeOf(client, identity.owner);
      return identity;
    };
    const told = (a, header, owner) => this.guarded(() => this.step(() => {
      const [keyLength, ownerLength] = this.life.put(header, owner === undefined ? "" : owner);
      const isOwnerless = client.header === undefined && owner === undefined;
      return this.life.enter("told", this.handle, is.INPUT_KEY, a, keyLength, owner === undefined ? -1 : ownerLength, isOwnerless ? 1 : 0, 0, keyLength, now(), chance());
    }));
    given().then(({ header, owner }) => {
      this.header = header;
      this.owner = owner;
      told(1, header, owner);
    }, (error) => {
      this.keyError = isShardError(error) ? error : fallen(error);
      told(0, "", undefined);
    });
  }

  /** Holds the answer that came last for other calls of this write, and lets go of older ones. */
  keep(ticket, oldest) {
    const { answers } = this.life;
    if (this.response) answers.set(ticket, this.response);
    for (const old of answers.keys()) if (old < oldest) answers.delete(old);
  }

  end(said) {
    const { value, error } = endOf(this, said);
    this.settle(value, error, this.over(error === undefined), said);
  }

  /** Whatever is thrown in these hands ends their call. */
  guarded(work) {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      if (!this.isOver) this.broken(error);
    }
  }

  broken(error) {
    const isBegun = this.handle >= 0;
    // What the kernel says to that is nobody's to do any more.
    if (isBegun) quietly(() => this.life.enter("give_up", this.handle, now(), chance()));
    if (this.isOver) return;
    this.settle(undefined, isShardError(error) ? error : fallen(error, isBegun ? this.nonce() : undefined), this.over(false));
  }

  /** The life has ended. */
  fall(trap) {
    // In a Worker the call may be another request's, which counts as hung if it waits for nothing before it hears of its end: its timer goes on.
    const { timer } = this;
    this.timer = undefined;
    if (timer !== undefined) quietly(() => timer.unref());
    this.settle(undefined, fallen(trap, this.handle < 0 ? undefined : this.nonce()), this.over(false));
  }

  /** For `fallen`: reads have none, and the wire does not carry that of a deletion. */
  nonce() {
    const { nonce, replayable } = this.request;
    return replayable ? nonce : nonce === undefined ? undefined : null;
  }

  /** Nothing is waited for any more; says whether the attempt could be cut. */
  over(isWell) {
    this.isOver = true;
    this.life.calls.delete(this);
    this.client.calls.delete(this);
    if (this.timer !== undefined) cancel(this.timer);
    for (const forget of this.signals) quietly(forget);
    if (this.recording) this.recording.over();
    return this.sending.over(isWell);
  }

  /** `isCut`: nothing of it is on its way any more. */
  settle(value, error, isCut, [, , , attempts = 0, elapsedMs = 0] = []) {
    const { outcome, code } = error || { outcome: this.request.nonce === undefined ? "rejected" : "applied", code: null };
    if (outcome === "unknown") noteCopy(this, isCut);
    tell(this, { type: "outcome", outcome, code, attempts, elapsedMs });
    if (error) this.reject(error);
    else this.resolve(value);
  }
}
