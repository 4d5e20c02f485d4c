import type { AtomicStore } from "./index.cjs";

export type { AtomicStore, StoreStep } from "./index.cjs";

/** Keys in Valkey or Redis: see {@link valkeyStore}. */
export interface ValkeyStore {
  readonly command: (args: string[]) => Promise<unknown>;
  readonly prefix: string;
}

/** What this package needs of an `AbortSignal`; the platform's own is one. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `AbortSignal`, where there is one. */
export type EffectSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : AbortSignalLike;

/** Whose key it is. */
export interface KeyScope {
  /**
   * The caller whose key this is: the same key of another one is another key. Give it for every key that a caller chose, from
   * credentials that you have checked; stores hold the first 128 bits of its SHA-256. Left out, the key is the program's own, and a
   * `scope` without a value is an error, since it would be everybody's.
   */
  scope?: string;
}

/** A request: the key stands for it, and for no other. */
export type IdempotentRequest = KeyScope & (
  | {
      /** What is asked for, such as `"POST /charges"`. */
      operation: string;
      /** Text and bytes count as they are; anything else as JSON, whatever the order of its members. */
      body?: unknown;
      fingerprint?: undefined;
    }
  | {
      /** Thirty-two hexadecimal digits, as {@link fingerprint} makes them. */
      fingerprint: string;
    });

/** What an effect is given. */
export interface Attempt {
  /** Its steps can have keys of their own, `key.scoped("charge")`: the same at every attempt. */
  readonly key: IdempotencyKey;
  /**
   * Thirty-two hexadecimal digits, greater than those of all attempts before: systems further on can refuse what comes with a smaller
   * one. Empty if the store failed and `storeFailure` is `"open"`.
   */
  readonly fencingToken: string;
  /** The token of the attempt before, if its lease lapsed and the store remembers it. */
  readonly lapsed: string | undefined;
  /** Fires when the lease is lost, and another attempt may run. */
  readonly signal: EffectSignal;
  /**
   * Does a part of the effect once, under a key of its own: what is done stays done, with its value, when the effect runs again. What the
   * part throws, and an {@link IdempotencyError} where there is no value, goes to the effect.
   *
   * @example
   * await idempotency.execute("order-7", request, async ({ step }) => {
   *   const receipt = await step("charge", () => charge(5));
   *   await step("mail", () => mail(receipt));
   *   return receipt;
   * });
   */
  step<T>(name: string, effect: (attempt: Attempt) => T | Promise<T>): Promise<T>;
}

/** How a call ended. */
export type Outcome<T> =
  /** The effect ran. `stored` is false if `retain` said no, or the store failed and `storeFailure` is `"open"`. */
  | { status: "executed"; value: T; stored: boolean }
  /** The effect ran before, and this is its value. */
  | { status: "replayed"; value: T }
  /** The effect ran, but meanwhile another attempt took the key over: the value is not stored. */
  | { status: "fenced"; value: T; rejection: Rejection }
  /** Somebody else is at it, and did not finish while this call waited; `retryAfterMs` is what is left of its lease. */
  | { status: "in-flight"; retryAfterMs: number }
  /** The key stands for another request. */
  | { status: "fingerprint-mismatch" }
  /** An attempt was begun, its lease lapsed, and nobody knows whether it did its work; nothing ran now. */
  | { status: "uncertain"; fencingToken: string };

/** Why an operation on a key changed nothing: another attempt has it, nobody has, or it was claimed for another request. */
export type Rejection = "fencing-mismatch" | "key-expired" | "fingerprint-mismatch";

/** A value as it is stored. */
export interface StoredResponse {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** How values are stored and read back. By default: bytes as bytes, a `Response` as its parts, anything else as JSON. */
export interface Codec {
  encode(value: unknown): StoredResponse | Promise<StoredResponse>;
  decode(stored: StoredResponse): unknown;
}

/** What an Idempotency tells its listener. Keys are hashed: they may be somebody's order numbers. */
export type IdempotencyEvent =
  | { type: "ended"; status: Outcome<unknown>["status"]; keyHash: string }
  /** The effect runs on without its lease. */
  | { type: "lease-lost"; reason: Rejection | "lapsed"; keyHash: string }
  /** The store gave no answer; `ran` says whether the effect ran. */
  | { type: "store-failed"; error: unknown; ran: boolean; keyHash: string };

/** How things are done once. */
export interface IdempotencyOptions {
  /** How long an attempt holds its key at a time; default 30 s. */
  leaseMs?: number | undefined;
  /** For how long the lease is renewed while the effect runs; default 10 minutes. 0: never. */
  keepAliveMs?: number | undefined;
  /** For how long a value is replayed; default a day. */
  ttlMs?: number | undefined;
  /** What a duplicate does while the effect runs elsewhere: `"reject"` (the default), or wait so long for its value. */
  inFlight?: "reject" | { waitMs: number } | undefined;
  /**
   * What becomes of an attempt that began and never ended: `"rerun"` (the default) runs the effect again, `"refuse"` resolves to
   * `uncertain`, a function looks what happened and says.
   */
  onLapsed?: ("rerun" | "refuse" | ((lapsed: { key: IdempotencyKey; fencingToken: string }) => Recovery | Promise<Recovery>)) | undefined;
  /** What an error means: `"leave"` (the default) holds the key until the lease ends, `"release"` frees it. `NotApplied` always frees it. */
  onError?: ((error: unknown) => "leave" | "release") | undefined;
  /** Whether to store a value. One that is not goes to the caller, and the key is free again. */
  retain?: ((value: unknown, about: { key: IdempotencyKey }) => boolean | Promise<boolean>) | undefined;
  /** Called before a replay is given out; what it throws goes to the caller instead. */
  onReplay?: ((value: unknown, about: { key: IdempotencyKey }) => void | Promise<void>) | undefined;
  codec?: Codec | undefined;
  /** Sets all these keys apart from those of other scopes in the same store. A caller's own scope belongs to the request. */
  scope?: string | undefined;
  /** How fingerprints are made; default `"xxh3"`. `"sha-256"` where somebody hostile chooses the bodies. */
  fingerprint?: "xxh3" | "sha-256" | undefined;
  /**
   * How many of the values that this process's own effects returned are replayed without asking the store; default 0. A key that
   * another process purges is replayed here until `ttlMs` is over.
   */
  localReplays?: number | undefined;
  /** How long a single operation of the store may take, also those of `get`, `purge` and `touch`; default 5 s. */
  storeTimeoutMs?: number | undefined;
  /** What a failing store means: `"closed"` (the default) runs nothing, `"open"` runs the effect without protection. */
  storeFailure?: "closed" | "open" | undefined;
  on?: ((event: IdempotencyEvent) => void) | undefined;
  /** This process's clock, in Unix milliseconds; stores have their own. For tests. */
  now?: (() => number) | undefined;
  /** Keeps a runtime alive until a call has ended, as `ctx.waitUntil` of a Worker does. `handler` finds the Worker's own. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** What is known of an attempt that lapsed: it did nothing, nobody can say yet, or it did its work and this is the value. */
export type Recovery = "rerun" | "unknown" | { value: unknown };

/** A claim in hand, or what stands in its way. */
export type Claim<T> = HeldClaim<T> | ExistingClaim<T>;

/** The key is held, and its lease renewed, until one of `complete`, `release`, `leave`. */
export interface HeldClaim<T> extends Attempt, AsyncDisposal {
  readonly status: "claimed";
  /** Holds the key for so long from now. Rejects with an {@link IdempotencyError} where the store gives no answer. */
  touch(leaseMs: number): Promise<"applied" | Rejection>;
  /** Stores the value. */
  complete(value: T): Promise<Outcome<T>>;
  /** Frees the key: nothing was done. */
  release(): Promise<void>;
  /** Holds the key until its lease ends: something may have been done. So does the end of an `await using`. */
  leave(): void;
}

/** What `await using` calls, where the platform knows it. */
export type AsyncDisposal = typeof Symbol extends { readonly asyncDispose: infer Name extends symbol } ? { [K in Name]: () => Promise<void> } : {};

/** Somebody was here before. */
export interface ExistingClaim<T> extends AsyncDisposal {
  readonly status: "exists";
  /** What a retry is told. */
  replay(): Promise<Exclude<Outcome<T>, { status: "executed" | "fenced" }>>;
  leave(): void;
}

/** Where a key stands. */
export type Snapshot = {
  fingerprint: string;
  fencingToken: string;
  /** What is left of the lease, or of the time that the value is replayed. */
  remainingMs: number;
} & ({ status: "in-flight" | "lapsed" } | { status: "completed"; value: unknown });

/** How a function is wrapped. */
export interface WrapOptions<Args extends unknown[]> {
  /** The key of a call. */
  key: (...args: Args) => string | IdempotencyKey;
  /** Whose key it is: see {@link KeyScope}. Without it all who call share their keys. */
  scope?: ((...args: Args) => string) | undefined;
  /** A name for what the function does; default `"call"`. */
  operation?: string | undefined;
  /** The part of the arguments that must be the same under one key; default all of them. */
  body?: ((...args: Args) => unknown) | undefined;
}

/** What the handler needs of a `Request`; the platform's own is one. */
export interface RequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** What the handler needs of a `Response`; the platform's own is one. */
export interface ResponseLike {
  readonly status: number;
}

/** How a Fetch handler is wrapped. */
export interface HandlerOptions<Req extends RequestLike, Res extends ResponseLike> {
  /**
   * Who asks, from credentials that you have checked: callers must not reach each other's answers. Name the user rather than his token,
   * which may change between a request and its retry. `false` only if any caller may have any other's answer. It has no default; a
   * caller without a name is refused with 400.
   */
  scope: false | ((request: Req) => string | Promise<string>);
  /** The header's name; default `Idempotency-Key`. */
  header?: string | undefined;
  /** Whether a POST or PATCH without a key is refused; default no. */
  requireKey?: boolean | undefined;
  /** The longest request body with a key; default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /** The longest response body that is kept; default 1 MiB. The first caller gets a longer one, retries learn that it is gone. */
  maxResponseBytes?: number | undefined;
  /** Whether to store a response. One that is not goes to the caller, and the key is free again. */
  retain?: ((response: Res) => boolean | Promise<boolean>) | undefined;
  /** Called before a response is replayed; what it throws goes to the caller instead. */
  onReplay?: ((response: Res, about: { key: IdempotencyKey; request: Req }) => void | Promise<void>) | undefined;
}

/**
 * Does things once, however often they are asked for.
 *
 * A returned value is stored; `throw new NotApplied()` frees the key; any other throw means that nobody knows, and holds the key until
 * the lease ends. No store makes an effect happen exactly once that is not in one transaction with it: hand the key or the fencing token
 * on to systems that know them.
 *
 * @example
 * const idempotency = new Idempotency(memoryStore());
 * const outcome = await idempotency.execute("order-9821", { operation: "charge", body: { credits: 5 } }, () => charge(5));
 */
export declare class Idempotency {
  constructor(store: AtomicStore | ValkeyStore, options?: IdempotencyOptions);

  /**
   * Runs the effect once, or says what came of it before. Rejects with what the effect throws, and with an {@link IdempotencyError} where
   * the store or the codec fails.
   */
  execute<T>(key: string | IdempotencyKey, request: IdempotentRequest, effect: (attempt: Attempt) => T | Promise<T>): Promise<Outcome<T>>;

  /**
   * Step by step: claim, do, complete.
   *
   * @example
   * await using claim = await idempotency.claim<Receipt>(key, request);
   * if (claim.status === "exists") return claim.replay();
   * return claim.complete(await charge());
   */
  claim<T>(key: string | IdempotencyKey, request: IdempotentRequest): Promise<Claim<T>>;

  /** The function, run once for each key. Where there is no value it rejects with an {@link IdempotencyError}, whose code is the status. */
  wrap<Args extends unknown[], T>(fn: (...args: Args) => T | Promise<T>, options: WrapOptions<Args>): (...args: Args) => Promise<T>;

  /**
   * A Fetch handler that does each request with an `Idempotency-Key` once: the key quoted or bare; 400, 409 and 422 as problem+json with
   * `Retry-After`; replays say `Idempotent-Replayed: true`, without cookies and headers of one connection. GET, HEAD, OPTIONS pass.
   * Rejects with an {@link IdempotencyError} where the request's body was read before: wrap the outermost handler, or let what comes first
   * read `request.clone()`.
   *
   * @example
   * export default { fetch: idempotency.handler(handle, { scope: (request) => userOf(request) }) };
   */
  handler<Req extends RequestLike, Rest extends unknown[], Res extends ResponseLike>(
    fetchHandler: (request: Req, ...rest: Rest) => Res | Promise<Res>,
    options: HandlerOptions<Req, Res>,
  ): (request: Req, ...rest: Rest) => Promise<Res>;

  /** Where a key stands; nothing if it is free. One that was claimed for a caller, also by `handler`, is found by its `scope`. */
  get(key: string | IdempotencyKey, whose?: KeyScope): Promise<Snapshot | undefined>;

  /** Forgets a key, whoever holds it: the next attempt runs again. */
  purge(key: string | IdempotencyKey, whose?: KeyScope): Promise<void>;

  /**
   * Waits until no call of this Idempotency is under way, later ones included, for a shutdown that leaves nothing to its lease: take no
   * more requests before. Resolves to how many still are, which is not 0 after `timeoutMs` alone (default: no limit; on Workers a call of a
   * request that was cancelled never ends).
   */
  drain(options?: { timeoutMs?: number | undefined }): Promise<number>;
}

/** What `fetch` takes beside a URL. */
export type FetchInit = typeof globalThis extends { fetch: (url: any, init?: infer Init) => unknown } ? Init : { [option: string]: unknown };

/** The platform's `Response`, where there is one. */
export type FetchResponse = typeof globalThis extends { Response: { prototype: infer Response } } ? Response : ResponseLike;

/** How {@link idempotentFetch} sends. */
export interface IdempotentFetchOptions {
  /** The key that goes out; by default a random one, which protects the attempts of this call. With a `store` the name of what is done. */
  key?: string | IdempotencyKey | undefined;
  /** Where a random key is kept under `key`, for a day: the same comes back after a reload, in another tab, for the same request. */
  store?: AtomicStore | ValkeyStore | undefined;
  /**
   * With a `store`: whose request this is, such as a user's id, so that the next user of this browser does not send under this one's key.
   * `false` if the store is one person's. Must be given where the request has credentials that show; cookies do not.
   */
  scope?: string | false | undefined;
  /** The header's name; default `Idempotency-Key`. */
  header?: string | undefined;
  /** Attempts in all; default 5. */
  attempts?: number | undefined;
  /** The limit of one attempt, up to the headers of its answer; default 15 s. */
  attemptTimeoutMs?: number | undefined;
  /** The limit of all; default 60 s. A pause that would end later is not begun. */
  timeoutMs?: number | undefined;
  /** Any fetch-shaped function; default the platform's, looked up when it is called. */
  fetch?: ((url: any, init?: any) => Promise<any>) | undefined;
}

/**
 * Sends a request (a POST, if not said otherwise) under one `Idempotency-Key`, again where nobody answered, or 408, 425, 429, 502, 503, 504,
 * or 409 with a `Retry-After`, which is kept to. Resolves to the last answer, whatever it is; rejects with an {@link IdempotencyError}
 * (`no-answer`, with the `key`) where there was none, and with the signal's reason. A `Request` it does not take: its body can be read once.
 *
 * @example
 * await idempotentFetch("/orders", { body: JSON.stringify(order) }, { key: order.id, store: indexedDbStore("orders"), scope: user.id });
 */
export declare function idempotentFetch(url: string | { readonly href: string }, init?: FetchInit, options?: IdempotentFetchOptions): Promise<FetchResponse>;

/** The name of what is to be done once: 1 to 255 bytes of any text. */
export declare class IdempotencyKey {
  constructor(key: string | IdempotencyKey);
  /** A UUID of version 4. */
  static random(): IdempotencyKey;
  /** The key that a store has under this name. */
  static fromName(name: string): IdempotencyKey;
  /** What stores call it: the key with `:`, `/` and control characters escaped, and its scopes behind slashes. */
  readonly name: string;
  /** The key of one step. */
  scoped(scope: string): IdempotencyKey;
  toString(): string;
  toJSON(): string;
}

/** Thirty-two hexadecimal digits for a request; with `"xxh3"` (the default) those of the `idempotent` library. */
export declare function fingerprint(operation: string, body?: unknown, algorithm?: "xxh3" | "sha-256"): string;

/** Thrown by an effect that certainly did nothing: its key is free again at once. */
export declare class NotApplied extends Error {
  constructor(message?: string, options?: { cause?: unknown });
  readonly cause?: unknown;
}

/** Why a call has no outcome. */
export declare class IdempotencyError extends Error {
  /** In calls of `wrap` also the statuses of outcomes without a value; `lease-lost` is the reason of an effect's signal. */
  readonly code:
    | "invalid-input" | "store" | "completion" | "payload" | "forgets-lapsed" | "lease-lost"
    | "in-flight" | "fingerprint-mismatch" | "fenced" | "uncertain" | "no-answer" | "internal";
  /** Whether the effect ran; `null` where nobody knows. */
  readonly ran: boolean | null;
  /** What the effect returned, if it ran. */
  readonly value?: unknown;
  /** Of `no-answer`: the key that went out. */
  readonly key?: string | undefined;
  /** Of `in-flight`: what is left of the other's lease. */
  readonly retryAfterMs?: number | undefined;
  /** Of `uncertain`: the token of the attempt that lapsed. */
  readonly fencingToken?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Keys in Valkey or Redis, shared with programs in other languages: the key names, fields and bytes of the `idempotent` library. Every
 * operation is one script over one key. `command` runs one command; all words and replies are text, so that any client will do.
 *
 * @example
 * valkeyStore((args) => nodeRedis.sendCommand(args), { prefix: "billing" });
 * valkeyStore(([name, ...args]) => ioredis.call(name, ...args));
 */
export declare function valkeyStore(command: (args: string[]) => Promise<unknown>, options?: { prefix?: string | undefined }): ValkeyStore;
