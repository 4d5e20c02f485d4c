declare global {
  // Libs before esnext.disposable lack it. Declared just as they declare it, so that both agree.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** A platform's type by its global name; `any` where the project's `lib` does not have it. */
type Platform<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer T }> ? T : any;

//# the package alone
/** What a custom `fetch` is called with. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal: Platform<"AbortSignal">;
  redirect: "manual";
}

//# both
/** How whole numbers are handed out. */
export type Integers = "number" | "bigint";
/** Money and expiries: what the client's `integers` says. */
export type Figure<I extends Integers> = { number: number; bigint: bigint }[I];

/**
 * Whose the writes of a client are: a name of yours, such as the user's id, or a function that is asked with the key of each call. At most
 * 256 bytes.
 */
export type Owner = string | (() => string | Promise<string>);

/** Where the key comes from: a function is asked once per call, and once more after a 401. */
export type ApiKey = string | (() => string | Promise<string>);

/** How a client is set up. Unknown names are refused; every `…Ms` is a whole number from 1 to 2147483647. */
export interface ShardOptions<I extends Integers = Integers> {
  //# client options
}

/** What a step says to the store. */
export interface StoreStep<R> {
  /** For whoever asked; what `update` resolves to. */
  reply: R;
  /** The bytes to store under the key. */
  put?: Uint8Array | undefined;
  /** When these bytes may be dropped. */
  expiresAtUnixMs?: number | undefined;
  /** Forget the key. */
  remove?: boolean | undefined;
}

/** A place for records: anything that can replace some bytes in one indivisible step. */
export interface AtomicStore {
  /**
   * Calls `step` with the bytes under `key` and the time, does what it says, and resolves to its `reply`. Nobody else may write
   * the key between reading and writing; where that cannot be had, compare and set, and call `step` again after a lost race.
   * `step` waits for nothing. Whatever `update` rejects with becomes the cause of the call's error; if it has `written: false`, it
   * is certain that nothing was stored.
   */
  update<R>(key: string, step: (record: Uint8Array | undefined, nowUnixMs: number) => StoreStep<R>): Promise<R>;
  /** The keys that begin with `prefix`, and their bytes. Only `pending()` and `resume()` need it. */
  list?: ((prefix: string) => AsyncIterable<[string, Uint8Array]>) | undefined;
  /**
   * Tries to hold a key for as long as the caller lives, so that whoever finds its record need not wait for a lease to end: a
   * function that lets go, `undefined` where somebody else who is alive holds it, `null` where nothing can be held.
   */
  hold?: ((key: string) => Promise<(() => void) | null | undefined>) | undefined;
  /** Resolves at the next change of a key, or when `signal` fires; a hint, not a promise. */
  watch?: ((key: string, signal: Platform<"AbortSignal">) => Promise<void>) | undefined;
}

/** A recorded write that was not finished. */
export interface PendingWrite {
  idempotencyNonce: string;
  bucket: string;
  account: string;
  /** Negative for a debit; a bigint in bigint mode, and where a number would round it. */
  amount: number | bigint;
  note: string | null;
  /** The edge that the last copy was about to go to; `null` where none was sent. */
  edge: string | null;
  /** When. */
  sentAtUnixMs: number | null;
}

/** What became of a recorded write. */
export type ResumedWrite<I extends Integers = "number"> =
  | { write: PendingWrite; result: CreateEventResult<I> | Reservation<I>; error?: undefined }
  | { write: PendingWrite; error: ShardError; result?: undefined };

//# the package alone
/** Where the edge that served last is kept. What it throws or rejects with is dropped. */
export interface EdgeMemory {
  get(): string | null | undefined;
  set(url: string): void;
}

//# both
/** An event's place in the ledger's log. */
export interface EventPosition {
  originNodeId: string;
  originEpoch: number;
  originSeq: number;
}

//# options of calls

//# answers

/** What the client knows of an edge. */
export interface EdgeRow {
  url: string;
  /** The smoothed round-trip time of its health probes. */
  rttMs: number | null;
  state: "up" | "cooling" | "half-open";
  cooldownLeftMs: number;
  /** Whether it serves. */
  pinned: boolean;
}

/** One decision of the client, with its reason. */
//# events

/**
 * A client of the shardd credit ledger.
 *
 * @example
 * const shardd = new Shardd(process.env.SHARDD_API_KEY);
 * const { balance } = await shardd.charge("my-app", "user:alice", 10);
 */
export class Shardd<I extends Integers = "number"> {
  /** Does no I/O, draws no randomness, starts no timer. */
  constructor(apiKey: ApiKey, options?: ShardOptions<I>);
  //# the package alone
  /** Starts the module ahead of the first client; nobody needs it. */
  static ready(): Promise<void>;
  /**
   * A client from `SHARDD_API_KEY` and `SHARDD_EDGES` (comma-separated), which `edges` among the options take the place of. Where
   * `SHARDD_EDGES` is set but empty, it is an `InvalidInputError`: nobody gets to production unasked.
   */
  static fromEnv<I extends Integers = "number">(env?: object, options?: ShardOptions<I>): Shardd<I>;
  //# both
  /**
   * A client with another key that shares what this one knows of the edges. Its writes are another owner's: name the owner if keys of one
   * owner rotate. An `owner` function of this client is asked for that one too; an `owner` name is not handed on.
   */
  withApiKey(apiKey: ApiKey, options?: { owner?: Owner | undefined }): Shardd<I>;
  //# operations
  //# the package alone
  /** Your buckets, all pages of them, each once, whatever is written or deleted meanwhile. */
  myBuckets(filter?: MyBucketsFilter): AsyncGenerator<MyBucketSummary<I>, void, undefined>;
  /** The events of one of your buckets, newest first, all pages of them, each once, whatever is written meanwhile. */
  myBucketEvents(bucket: string, filter?: MyBucketEventsFilter): AsyncGenerator<LedgerEvent<I>, void, undefined>;
  /** The events of all your buckets, newest first, all of them, each once, whatever is written meanwhile. */
  myEvents(filter?: MyEventsFilter): AsyncGenerator<LedgerEvent<I>, void, undefined>;
  //# both
  /** This owner's recorded writes that nobody has finished, and nobody is likely to be at just now. */
  pending(): Promise<PendingWrite[]>;
  /**
   * Finishes this owner's recorded writes, each with its nonce and its bytes, side by side; what became of them is told one by one. A write
   * whose call ended by itself takes about `settleMs`; one that another tab or worker may be at is first watched for its lease of 5 s, where
   * no Web Lock proves that its holder is gone. Where several do so at once, one of them sends and all are told.
   */
  resume(options?: CallOptions): Promise<ResumedWrite<I>[]>;
  /** Gives up this owner's pending write of this nonce: nobody resumes it any more. It may have been booked. Says whether there was one. */
  discard(idempotencyNonce: string): Promise<boolean>;
  /**
   * For log-out: deletes this owner's finished records from the store, and with `pending` the unfinished ones too, so that a shared device
   * keeps nobody's notes and amounts. Says how many there were.
   */
  forget(options?: { pending?: boolean | undefined }): Promise<number>;
  /** What is known of the edges, in configured order. */
  edgeTable(): EdgeRow[];
  /** Ends this client: its calls reject with `AbortedError`, and later ones too. */
  close(): void;
  /** Gives the client's memory back at once, rather than when nobody holds it any more. It can do nothing after that. */
  free(): void;
  //# the package alone
  /** `using` closes. */
  [Symbol.dispose](): void;
  //# the class alone
  /** The same; calls under way go on. */
  [Symbol.dispose](): void;
  //# both
}

/** What an error is about. */
//# codes

//# the package alone
/** Base of every error of this package. */
export class ShardError extends Error {
  /** For tests of your own: `new TimeoutError({ message: "too slow", outcome: "unknown" })`. */
  constructor(fields: { message: string; [field: string]: unknown } | (object & { message: string }));
  /**
   * The error that `toJSON()` was called on, from its object or the text of it: of the same class, or with the code and name that a newer
   * version gave it. It has no `retry()`; send the write again with its `idempotencyNonce`. What is no such record is refused.
   */
  static fromJSON(json: unknown): ShardError;
//# the class alone
/**
 * What every error has. It is an `Error` whose `name` is that of its interface here; there are no classes: tell errors apart by `code`, as in
 * `const failed = error as ErrorOf`.
 */
export interface ShardError extends Error {
//# both
  readonly code: ShardErrorCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly status?: number | undefined;
  /** A known cause, such as `reservation_expired`. */
  readonly reason?: string | undefined;
  /** The edge of the last attempt. */
  readonly edge?: string | undefined;
  readonly attempts: number;
  /** The nonce of the write: retry with it, and nothing is charged twice. */
  readonly idempotencyNonce?: string | undefined;
  /** `"rejected"`: nothing was written. `"unknown"`: it may have been. `"applied"`: it was. */
  readonly outcome: "rejected" | "unknown" | "applied";
  readonly cause?: unknown;
  //# the package alone
  /**
   * Of a write: sends the same bytes with the same nonce again, under the same rules, so that nothing is charged twice. Resolves
   * to what the call would have: say what that is, as in `error.retry<Reservation>()`. A signal of the first call does not count.
   */
  retry?<R = CreateEventResult>(options?: CallOptions): Promise<R>;
  /**
   * For logs and other workers; it never throws. `cause` is a text, and `causeCode` the code of the deepest cause that has one, such as
   * `ECONNREFUSED`. Figures of bigint mode are their digits.
   */
  toJSON(): Record<string, unknown>;
  /** Of an error that `fromJSON()` made. */
  readonly causeCode?: string | undefined;
  //# both
}
/** `number` in place of `any`, which is what `instanceof` makes of a mode that it does not know. */
type NumberForAny<T> = 0 extends 1 & T ? number : T;
/** A figure on an error; `null` where the answer did not say it, and in number mode beyond ±(2^53−1), where `message` has the digits. */
export type ErrorFigure<I extends Integers = "number"> = NumberForAny<Figure<I>> | null;
//# errors

//# the package alone
/** Whether `error` is of this package, whichever copy of it. Its `code` then says of which class it is; of a bigint client: `isShardError<"bigint">(error)`. */
export function isShardError<I extends Integers = "number">(error: unknown): error is ErrorOf<I>;

//# both
/** Every error of this package, told apart by `code`. */
//# every error
