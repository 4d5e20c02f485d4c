// What a call has on its way: an attempt, probes, the question for more edges.
import * as is from "../generated/effects.js";
import { attemptTimedOut, disconnected } from "../generated/sentences.js";
import { NoResponse, Threw } from "../blame.js";
import { afterwards, exchange, init } from "../exchange.js";
import { quietly } from "../quietly.js";
import { cancel, later, now, unixMs } from "./clock.js";
import { merge } from "./directory.js";
import { own } from "./own.js";
import { readingOf } from "./reading.js";
import { again } from "./refusal.js";
import { decoded } from "./text.js";
import { stamped } from "./write.js";

/** A health answer is half a kilobyte; more is not one. */
const PROBE_MAX_BYTES = 65536;
/** A directory has a third of a kilobyte for each edge. */
const DIRECTORY_MAX_BYTES = 1048576;
/** Two edges that do not answer cost the directory two seconds each. */
const DIRECTORY_TIMEOUT_MS = 5000;
const WORD_MAX = 2147483647;

/** A request under way: its answer, and how to cut it. */
function begun(fetch, url, method, authorization, body, maxBytes) {
  // Made inside the call: on Workers one of another request throws.
  const controller = new AbortController();
  return {
    answer: exchange(fetch, url, init(method, authorization, body, controller.signal), maxBytes),
    cut: () => controller.abort(),
  };
}

/** The requests of a call. */
export class Sending {
  constructor(call) {
    this.call = call;
    this.attempt = undefined;
    this.probes = new Map();
    this.directory = undefined;
    /** The edge of the attempt. */
    this.edge = -1;
    /** When the last copy left, and for where. */
    this.sentAtMs = undefined;
    this.sentTo = undefined;
    /** What the user's fetch threw, as long as it has not answered since. */
    this.threw = undefined;
  }

  /** Sends the request of the call. */
  send(edge) {
    const { call } = this;
    const { request, client, core, header } = call;
    this.edge = edge;
    this.sentAtMs = now();
    this.sentTo = core.edges[edge];
    const attempt = begun(client.settings.fetch, this.sentTo + request.path, request.method, request.open ? undefined : header, this.body(edge), client.maxBytes);
    this.attempt = attempt;
    // Time may have passed before `fetch` was called, and the copy is no older than that. The time above is for a `fetch` that ends the call.
    this.sentAtMs = now();
    const ended = (end) => (value) => {
      if (this.attempt !== attempt) return;
      this.attempt = undefined;
      call.guarded(() => end.call(this, value, attempt));
    };
    attempt.answer.then(ended(this.landed), ended(this.lost));
  }

  /** The body, with the end of a hold by the clock of the edge that the first copy goes to. */
  body(edge) {
    const { call } = this;
    const { request, life, core } = call;
    if (call.sent === undefined && request.ttlMs !== undefined) {
      // An edge that will not tell its time leaves only the device's.
      const clockMs = life.enter("clock", core.handle, edge, now()) || unixMs();
      call.sent = stamped(request.body, BigInt(Math.floor(clockMs)) + BigInt(request.ttlMs));
    }
    return call.sent === undefined ? request.body : call.sent;
  }

  landed(whole, attempt) {
    const { call } = this;
    const { request, core } = call;
    if (whole instanceof NoResponse) {
      quietly(attempt.cut);
      call.last = { record: { code: "network", message: whole.message } };
      return call.tell(is.INPUT_ENDED, is.STATUS_NO_RESPONSE, is.BODY_OTHER, 0, -1, -1);
    }
    this.threw = undefined;
    const [status, retryAfter, bytes] = whole;
    // What is left of a body that is too long.
    if (!bytes) quietly(attempt.cut);
    const answer = { status, edge: core.edges[this.edge], bytes };
    const reading = readingOf(call, answer, retryAfter);
    call.last = reading.given;
    if (bytes && call.recording && status >= 200 && status < 300) call.recording.landed = answer;
    const isShareable = bytes !== undefined && request.replayable;
    call.response = isShareable ? answer : undefined;
    const { body, flags, retryAfterMs, text } = reading;
    call.tell(is.INPUT_ENDED, status, body, flags, isShareable ? bytes.length : -1, retryAfterMs === undefined ? -1 : retryAfterMs, text);
  }

  lost(thrown) {
    const { call } = this;
    call.response = undefined;
    if (thrown instanceof Threw) this.threw = thrown;
    call.last = { record: { code: "network", message: disconnected(again(call.request)), cause: thrown } };
    call.tell(is.INPUT_ENDED, is.STATUS_NETWORK, is.BODY_OTHER, 0, -1, -1);
  }

  /** Ends the attempt; says whether it could. */
  cutAttempt() {
    const { attempt } = this;
    this.attempt = undefined;
    return attempt === undefined || cut(attempt);
  }

  timedOut() {
    this.cutAttempt();
    this.call.last = { record: { code: "timeout", message: attemptTimedOut(again(this.call.request)) } };
  }

  probe(probe, edge) {
    const { call, probes } = this;
    const { client, core } = call;
    const asked = begun(client.settings.fetch, `${core.edges[edge]}/gateway/health`, "GET", undefined, undefined, PROBE_MAX_BYTES);
    probes.set(probe, asked);
    const ended = (whole) => {
      if (!probes.delete(probe)) return;
      call.guarded(() => call.tell(is.INPUT_PROBE, probe, ...healthIn(whole, asked)));
    };
    asked.answer.then(ended, () => ended());
  }

  cutProbe(probe) {
    const asked = this.probes.get(probe);
    this.probes.delete(probe);
    // Losers of a race are cut once their call has the answer: in Node that takes as long as sending them, half a millisecond together.
    if (asked) afterwards(asked.cut);
  }

  /** Asks an edge for all edges. It asks all the others before it answers, and so is slower than nearly every call. */
  discover(edge) {
    const { client, core } = this.call;
    const asked = begun(client.settings.fetch, `${core.edges[edge]}/gateway/edges`, "GET", undefined, undefined, DIRECTORY_MAX_BYTES);
    this.directory = asked;
    const over = (whole) => {
      if (this.directory === asked) this.directory = undefined;
      cancel(asked.timer);
      if (Array.isArray(whole) && whole[2] && !asked.isCut) quietly(() => merge(core, whole[2], client.settings.discover));
    };
    asked.answer.then(over, () => over());
  }

  /** The call is over: nothing is waited for any more, but for a directory whose call went well. */
  over(isWell) {
    const isCut = this.cutAttempt();
    for (const probe of Array.from(this.probes.keys())) this.cutProbe(probe);
    const { directory } = this;
    this.directory = undefined;
    const cutDirectory = () => {
      directory.isCut = true;
      cut(directory);
    };
    if (directory && isWell) directory.timer = later(cutDirectory, DIRECTORY_TIMEOUT_MS);
    else if (directory) cutDirectory();
    return isCut;
  }
}

/** It may fail: on Workers, where another request made it. */
function cut(exchange) {
  try {
    exchange.cut();
    return true;
  } catch {
    return false;
  }
}

/** What a probe brought home: bits, how far behind, and what the clock said. Any answer shows that the edge lives; one that is no health answer does not make
 * it fit to serve. */
function healthIn(whole, asked) {
  const [status, , bytes] = Array.isArray(whole) ? whole : [];
  if (!bytes) {
    quietly(asked.cut);
    return [-1, 0, 0, 0];
  }
  let said;
  try {
    said = JSON.parse(decoded(bytes));
  } catch {
    // No health.
  }
  const field = (name) => (typeof said === "object" && said !== null ? own(said, name) : undefined);
  const count = (name) => (field(name) > 0 && Number.isSafeInteger(field(name)) ? field(name) : 0);
  const isReady = status === 200 && field("ready") === true;
  return [(isReady ? is.HEALTH_READY : 0) | (field("overloaded") === true ? is.HEALTH_OVERLOADED : 0), Math.min(count("sync_gap"), WORD_MAX), 0, count("observed_at_unix_ms")];
}
