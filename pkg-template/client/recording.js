// The record of a call's write: the user's store, asked as the kernel says.
import * as is from "../generated/effects.js";
import { methodOf } from "../method.js";
import { quietly } from "../quietly.js";
import { saidBy } from "../store-place.js";
import { cancel, later, unixMs } from "./clock.js";
import { scopeOf } from "./identity.js";

/** What the names of all records begin with. */
export const PREFIX = "shardd:3:";

const LATE = "The store called this step after its update had ended, or after the time that it had for it: write nothing, and call a step before update resolves.";

/** The record of one call. */
export class Recording {
  constructor(call) {
    this.call = call;
    const { store } = call.client.settings;
    this.update = methodOf(store, "update");
    this.hold = methodOf(store, "hold");
    this.name = undefined;
    /** Lets go of the record's lock. */
    this.release = undefined;
    /** What the ledger said: `{ status, edge, bytes }`. */
    this.landed = undefined;
    /** What the store threw. */
    this.cause = undefined;
    this.isClosing = false;
    /** The question that is open, which no step of an earlier one may answer. */
    this.visit = undefined;
  }

  claim(limitMs) {
    const { call } = this;
    const { request, life } = call;
    const lengths = life.put(request.path, request.bucket, request.body);
    life.enter("note", call.handle, ...lengths, request.ttlMs === undefined ? 0 : request.ttlMs, call.sent !== undefined);
    this.ask(limitMs, async (visit) => {
      const scope = await this.scope();
      if (scope === undefined) return is.STORED_OWNERLESS;
      this.name = `${PREFIX}${scope}:${request.nonce}`;
      this.letGo();
      const isUnwritten = await this.lock(visit);
      return isUnwritten ? is.STORED_UNWRITTEN : this.change(visit, this.release !== undefined);
    }, (visit) => {
      // What somebody else has is watched without its lock.
      if (!visit.changes) this.letGo();
    });
  }

  /** The record is this call's still, and this copy is about to leave. */
  touch(edge) {
    const { call } = this;
    if (edge >= 0) {
      const [length] = call.life.put(call.sending.body(edge));
      call.life.enter("stamp", call.handle, edge, length, unixMs());
    }
    this.ask(call.client.settings.storeTimeoutMs, (visit) => this.change(visit, false));
  }

  /** Writes down how the call ended. */
  close(kind, ticket) {
    const { call } = this;
    const { life } = call;
    this.isClosing = true;
    const answer = ticket < 0 ? this.landed : life.answers.get(ticket);
    if (kind === is.CLOSE_COMPLETE && answer && answer.status >= 200 && answer.status < 300) {
      life.enter("landed", call.handle, answer.status, ...life.put(answer.edge, answer.bytes));
    }
    this.ask(call.client.settings.storeTimeoutMs, (visit) => this.change(visit, false));
  }

  /** Whose the record is; nothing where nobody can tell, which is then said by the one who asks for a key. */
  async scope() {
    const { client, owner } = this.call;
    if (typeof client.owner === "function" && owner === undefined) return undefined;
    try {
      return await scopeOf(client, owner);
    } catch {
      return undefined;
    }
  }

  /** Takes the record's lock, where the store has locks; says whether the store failed at that. */
  async lock(visit) {
    if (!this.hold) return false;
    let held;
    try {
      held = await this.hold(this.name);
    } catch (thrown) {
      visit.cause = thrown;
      return true;
    }
    if (typeof held !== "function") return false;
    // What is granted when nobody waits for it any more must be let go, or it is held for ever.
    if (this.visit === visit && !this.call.isOver) this.release = held;
    else quietly(held);
    return false;
  }

  /** Asks the store to change the record. */
  async change(visit, isLocked) {
    if (this.visit !== visit) return is.STORED_FAILED;
    try {
      await this.update(this.name, (bytes, nowUnixMs) => saidBy(this.step(visit, isLocked, bytes, nowUnixMs)));
      return is.STORED_DONE;
    } catch (thrown) {
      visit.cause = thrown;
      return quietly(() => thrown.written) === false ? is.STORED_UNWRITTEN : is.STORED_FAILED;
    }
  }

  step(visit, isLocked, bytes, nowUnixMs) {
    const { life, handle } = this.call;
    if (this.visit !== visit) throw new Error(LATE);
    const length = bytes === undefined || bytes === null ? -1 : life.put(bytesOf(bytes))[0];
    const said = changeAt(life, life.enter("step", handle, length, typeof nowUnixMs === "number" ? nowUnixMs : unixMs(), isLocked));
    visit.changes = said.put !== undefined || said.remove === true;
    return said;
  }

  /** No store is waited for longer than its time. What it was told to write by then it may still write. */
  ask(limitMs, work, after = () => {}) {
    const { call } = this;
    const visit = { changes: false, cause: undefined };
    this.visit = visit;
    const ended = (how) => {
      if (this.visit !== visit) return;
      this.visit = undefined;
      cancel(timer);
      // What fails while the end is written down is not why the call ends.
      if (how !== is.STORED_DONE && !this.isClosing) this.cause = visit.cause;
      call.guarded(() => {
        after(visit);
        call.tell(is.INPUT_STORED, how);
      });
    };
    const timer = later(() => ended(is.STORED_FAILED), limitMs);
    work(visit).then(ended, (thrown) => {
      visit.cause = thrown;
      ended(is.STORED_FAILED);
    });
  }

  letGo() {
    const { release } = this;
    this.release = undefined;
    if (release) quietly(release);
  }

  /** The call is over. */
  over() {
    this.visit = undefined;
    this.letGo();
  }
}

/** What is no bytes is no record, and not nothing either: whatever is there must not be written over. */
export const bytesOf = (value) => (ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(0));

/** What the kernel says that a store is to do. */
export function changeAt(life, place) {
  const [change, at, length] = life.wordsAt(place, 3);
  if (change === is.CHANGE_PUT) {
    // Bytes of an own buffer: some stores hand on the whole buffer.
    const put = life.bytesAt(at, length);
    return { put, expiresAtUnixMs: life.enter("figure", 0) };
  }
  if (change === is.CHANGE_TOO_LATE) throw new Error(LATE);
  return change === is.CHANGE_REMOVE ? { remove: true } : {};
}
