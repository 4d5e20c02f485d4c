declare global {
  // Libs before esnext.disposable lack it. Declared just as they declare it, so that both agree.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** A platform's type by its global name; `any` where the project's `lib` does not have it. */
type Platform<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer T }> ? T : any;

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
  /** Base URLs of the regions; the three production edges by default. */
  edges?: readonly string[] | undefined;
  /** Allow `http:` edges beyond loopback. Default `false`. */
  allowHttp?: boolean | undefined;
  /** Deadline of a whole call: probes, attempts, waits and bodies included. Default 30000. */
  timeoutMs?: number | undefined;
  /** Limit of one attempt, body included. Default 10000. */
  attemptTimeoutMs?: number | undefined;
  /** Limit of one health probe, and of `health(url)`, body included. Default 2000. */
  probeTimeoutMs?: number | undefined;
  /** How long an edge that was left stays unavailable. Default 60000. */
  cooldownMs?: number | undefined;
  /** Distance between two copies of one write; at least 500. Default 1000. */
  settleMs?: number | undefined;
  /** Whether a write that may have landed may move to another edge. Default `"failover"`. */
  ambiguousWrites?: "failover" | "same-edge" | undefined;
  /** Attempts per call over all edges. Default 3. */
  maxAttempts?: number | undefined;
  /** Larger answers reject with an error of code `decode`. Default 32 MiB. */
  maxBodyBytes?: number | undefined;
  /**
   * `"bigint"` hands out money and expiries as bigint. `"number"`, the default, never rounds: what does not fit
   * ±(2^53−1) rejects with an error of code `decode`.
   */
  integers?: I | undefined;
  /** Told of every decision, never of a key or token; what it throws or rejects with is dropped. */
  onEvent?: ((event: ShardEvent) => void) | undefined;
  /** Add the edges that the directory names below this host, such as `"api.example.com"`; `true` with the production edges. Nobody waits for the directory. */
  discover?: boolean | string | undefined;
  /**
   * Whose the writes are. Records, shared answers and the table of writes in flight are scoped by it, so that two people behind one store
   * never meet. By default the owner is the key, of which a store gets a one-way digest: two keys are two owners. Give an owner wherever
   * keys rotate; with a `store` and a key function you must, and on pages without https a `store` needs one too.
   */
  owner?: Owner | undefined;
  /**
   * Which ledger this is, such as `"staging"`: two ledgers behind one store or in one page never meet. Without a name, two clients are of
   * one ledger if their configured `edges` share an origin.
   */
  ledger?: string | undefined;
  /**
   * Where every write is recorded before it is sent, so that {@link Shardd.resume} can finish what a closed tab or a crash left:
   * an object with `update`, such as one of the npm package's `shardd-wasm/stores`.
   */
  store?: AtomicStore | undefined;
  /** What to do when the store fails: `"closed"`, the default, does not send; `"open"` sends unrecorded and tells `onEvent`. */
  storeFailure?: "closed" | "open" | undefined;
  /** How long to wait for the store. Default 5000. */
  storeTimeoutMs?: number | undefined;
  /** Aborts every call of this client, also one with a signal of its own. On Workers a signal belongs to its request: give it to the call. */
  signal?: Platform<"AbortSignal"> | undefined;
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
  | { write: PendingWrite; error: ShardError<I>; result?: undefined };

/** What one call may say of itself. */
export interface CallOptions {
  /** Aborts this call: its probes, attempts and waits. */
  signal?: Platform<"AbortSignal"> | undefined;
  /** The deadline of this call. */
  timeoutMs?: number | undefined;
  /** The one edge to use, by its base URL; no failover then. */
  edge?: string | undefined;
}

/** What `getAccount` can be told. */
export interface GetAccountOptions extends CallOptions {
  /**
   * A write's result, or its event: the account is read again until it shows it, so that a read after a failover never gives an old
   * balance. At most five times, 100 ms to 2 s apart and within the deadline, since each read costs a credit; then the call rejects
   * with an error of code `timeout` that has the `account` as it was read last.
   */
  after?: EventPosition | { event: EventPosition } | undefined;
}

/** An event's place in the ledger's log. */
export interface EventPosition {
  originNodeId: string;
  originEpoch: number;
  originSeq: number;
}

/** What can be said of a write. */
export interface ChargeOptions extends CallOptions {
  /** A remark of at most 4096 characters. */
  note?: string | undefined;
  /**
   * What makes retries of this write one write; a UUID v4 when absent. It belongs to a bucket, account, amount, kind of write,
   * reservation, hold and `ttlMs`; all else may differ when the write is sent again, and the first one's stays.
   */
  idempotencyNonce?: string | undefined;
  /** How far the available balance may go below zero. */
  maxOverdraft?: number | bigint | undefined;
  /** Nodes that must have the event before the answer. */
  minAcks?: number | undefined;
  /** How long to wait for them. */
  ackTimeoutMs?: number | undefined;
  /** Credits to hold. */
  holdAmount?: number | bigint | undefined;
  /** When the hold ends, in Unix milliseconds. */
  holdExpiresAtUnixMs?: number | bigint | undefined;
  /** No implicit hold on this debit. */
  skipHold?: boolean | undefined;
}

/** What can be said of a credit. */
export type CreditOptions = Omit<ChargeOptions, "maxOverdraft" | "holdAmount" | "holdExpiresAtUnixMs" | "skipHold">;

/** What can be said of any event. */
export interface CreateEventOptions extends ChargeOptions {
  /** The reservation that this debit settles. */
  settleReservation?: string | undefined;
  /** The reservation to give up; the amount is 0. */
  releaseReservation?: string | undefined;
}

/** What can be said of a reservation. */
export type ReserveOptions = Omit<ChargeOptions, "holdAmount" | "holdExpiresAtUnixMs" | "skipHold">;

/** An entry of the ledger. */
export interface LedgerEvent<I extends Integers = "number"> {
  eventId: string;
  originNodeId: string;
  originEpoch: number;
  originSeq: number;
  createdAtUnixMs: number;
  type: "standard" | "reservation_create" | "hold_release" | "void" | "bucket_delete" | (string & {});
  bucket: string;
  account: string;
  /** Positive is a credit, negative a debit. */
  amount: Figure<I>;
  note: string | null;
  idempotencyNonce: string;
  voidRef: string | null;
  holdAmount: Figure<I> | null;
  holdExpiresAtUnixMs: Figure<I> | null;
}

/** What a write comes back with. */
export interface CreateEventResult<I extends Integers = "number"> {
  event: LedgerEvent<I>;
  emittedEvents: LedgerEvent<I>[];
  balance: Figure<I>;
  /** The balance less holds. */
  availableBalance: Figure<I>;
  /** `true` when the ledger had this write already: nothing was charged again. */
  deduplicated: boolean;
  acks: { received: number; requested: number; timeout: boolean } | null;
  meta: CallMeta;
}

/** How a call went. */
export interface CallMeta {
  /** The edge that answered. */
  edge: string;
  /** Attempts made, over all edges. */
  attempts: number;
  elapsedMs: number;
  /** The HTTP status, as the edge sent it: 201 for a new write, 200 for a replay, 200 for a deletion. */
  status: number;
}

/** The holds that one node has on an account. */
export interface ReservedByOrigin<I extends Integers = "number"> {
  reservedAmount: Figure<I>;
  reservationCount: number;
  nextExpiryUnixMs: Figure<I> | null;
  latestExpiryUnixMs: Figure<I> | null;
}

/** One account's row in {@link Balances}. */
export interface AccountBalance<I extends Integers = "number"> {
  bucket: string;
  account: string;
  balance: Figure<I>;
  availableBalance: Figure<I>;
  activeHoldTotal: Figure<I>;
  reservedByOrigin: Record<string, ReservedByOrigin<I>> | null;
  eventCount: number;
}

/** All accounts of a bucket. */
export interface Balances<I extends Integers = "number"> {
  accounts: AccountBalance<I>[];
  totalBalance: Figure<I>;
}

/** What an edge says of itself. */
export interface Health {
  observedAtUnixMs: number;
  edgeId: string | null;
  region: string | null;
  baseUrl: string | null;
  ready: boolean;
  discoveredNodes: number | null;
  healthyNodes: number | null;
  bestNodeRttMs: number | null;
  syncGap: number | null;
  overloaded: boolean | null;
  authEnabled: boolean | null;
}

/** A reservation. */
export interface Reservation<I extends Integers = "number"> {
  reservationId: string;
  expiresAtUnixMs: Figure<I>;
  balance: Figure<I>;
  availableBalance: Figure<I>;
  deduplicated: boolean;
  event: LedgerEvent<I>;
  meta: CallMeta;
}

/** One account: balance, holds and how far each node's events are known. */
export interface Account<I extends Integers = "number"> {
  balance: Figure<I>;
  availableBalance: Figure<I>;
  status: "locally_confirmed" | "provisional" | "unknown" | (string & {});
  reservedByOrigin: Record<string, ReservedByOrigin<I>> | null;
  contributingOrigins: Record<string, { head: number; maxKnown: number }> | null;
}

/** The directory of the edges. An edge that cannot be reached has null for all it would say. */
export interface EdgeDirectory {
  observedAtUnixMs: number;
  edges: EdgeListing[];
}

/** One edge of {@link EdgeDirectory}. */
export interface EdgeListing {
  edgeId: string | null;
  region: string | null;
  baseUrl: string | null;
  healthUrl: string | null;
  reachable: boolean;
  ready: boolean;
  observedAtUnixMs: number | null;
  discoveredNodes: number | null;
  healthyNodes: number | null;
  bestNodeRttMs: number | null;
  syncGap: number | null;
  overloaded: boolean | null;
}

/** One of your buckets. */
export interface MyBucketSummary<I extends Integers = "number"> {
  bucket: string;
  totalBalance: Figure<I>;
  availableBalance: Figure<I>;
  activeHoldTotal: Figure<I>;
  accountCount: number;
  eventCount: number;
  lastEventAtUnixMs: number | null;
}

/** A page of your buckets. */
export interface MyBuckets<I extends Integers = "number"> {
  buckets: MyBucketSummary<I>[];
  total: number;
  page: number;
  limit: number;
}

/** One of your buckets with its accounts. */
export interface MyBucket<I extends Integers = "number"> {
  summary: MyBucketSummary<I>;
  accounts: {
    account: string;
    balance: Figure<I>;
    availableBalance: Figure<I>;
    activeHoldTotal: Figure<I>;
    eventCount: number;
    lastEventAtUnixMs: number | null;
  }[];
}

/** A page of the events of one of your buckets, newest first. */
export interface MyBucketEvents<I extends Integers = "number"> {
  events: LedgerEvent<I>[];
  total: number;
  page: number;
  limit: number;
}

/** A part of the events of all your buckets, newest first. */
export interface MyEvents<I extends Integers = "number"> {
  events: LedgerEvent<I>[];
  total: number;
  limit: number;
  offset: number;
  heads: Record<string, number> | null;
  maxKnownSeqs: Record<string, number> | null;
  /** How far each node is, where `replication` was asked for. */
  replication: {
    perNode: Record<
      string,
      { error: string | null; heads: Record<string, number> | null; maxKnownSeqs: Record<string, number> | null }
    > | null;
  } | null;
}

/** Which of your buckets to list. */
export interface MyBucketsFilter extends CallOptions {
  /** A part of the name, in any case. */
  q?: string | undefined;
  /** From 1. */
  page?: number | undefined;
  /** 25 by default, 100 at most. */
  limit?: number | undefined;
}

/** Which events of one of your buckets to list. */
export interface MyBucketEventsFilter extends CallOptions {
  /** A part of the note, or an event's id. */
  q?: string | undefined;
  account?: string | undefined;
  /** From 1. */
  page?: number | undefined;
  /** 25 by default, 200 at most. */
  limit?: number | undefined;
}

/** Which events of all your buckets to list. */
export interface MyEventsFilter extends CallOptions {
  bucket?: string | undefined;
  account?: string | undefined;
  /** The node of origin. */
  origin?: string | undefined;
  eventType?: string | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  /** A part of the note, or an event's id. */
  search?: string | undefined;
  /** 100 by default, 500 at most. */
  limit?: number | undefined;
  offset?: number | undefined;
  /** Whether to tell how far each event is replicated. */
  replication?: boolean | undefined;
}

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
export type ShardEvent =
  | { type: "probe"; edge: string; rttMs: number | null; fit: boolean }
  | { type: "pin"; edge: string; rttMs: number | null }
  | { type: "attempt"; edge: string; attempt: number }
  | { type: "suspect"; edge: string; silentMs: number }
  | { type: "failover"; edge: string; to: string; reason: string }
  | { type: "retry"; edge: string; waitMs: number; reason: string }
  | { type: "cooldown"; edge: string; cooldownMs: number; reason: string }
  | { type: "settle"; waitMs: number }
  | { type: "replay"; edge: string }
  | { type: "warning"; reason: "store"; message: string };

/**
 * A client of the shardd credit ledger.
 *
 * @example
 * const shardd = new Shardd(apiKey);
 * const { balance } = await shardd.charge("my-app", "user:alice", 10);
 */
export class Shardd<I extends Integers = "number"> {
  /** Does no I/O, draws no randomness, starts no timer. */
  constructor(apiKey: ApiKey, options?: ShardOptions<I>);
  /**
   * A client with another key that shares what this one knows of the edges. Its writes are another owner's: name the owner if keys of one
   * owner rotate. An `owner` function of this client is asked for that one too; an `owner` name is not handed on.
   */
  withApiKey(apiKey: ApiKey, options?: { owner?: Owner | undefined }): Shardd<I>;
  /** Writes an event: a positive amount credits, a negative one debits. */
  createEvent(bucket: string, account: string, amount: number | bigint, options?: CreateEventOptions): Promise<CreateEventResult<I>>;
  /** Debits a positive amount. */
  charge(bucket: string, account: string, amount: number | bigint, options?: ChargeOptions): Promise<CreateEventResult<I>>;
  /** Credits a positive amount. */
  credit(bucket: string, account: string, amount: number | bigint, options?: CreditOptions): Promise<CreateEventResult<I>>;
  /** Holds a positive amount for so many milliseconds (at least 5000), by the clock of the edge. */
  reserve(bucket: string, account: string, amount: number | bigint, ttlMs: number, options?: ReserveOptions): Promise<Reservation<I>>;
  /** Debits a positive amount, at most the hold, from a reservation, which ends it. */
  settle(bucket: string, account: string, reservationId: string, amount: number | bigint, options?: CreditOptions): Promise<CreateEventResult<I>>;
  /** Gives a reservation up. */
  release(bucket: string, account: string, reservationId: string, options?: CreditOptions): Promise<CreateEventResult<I>>;
  /** All events of a bucket, oldest first; a new one appears about 100 ms after its write. */
  listEvents(bucket: string, options?: CallOptions): Promise<{ events: LedgerEvent<I>[] }>;
  /** One account. One that was never written to has zeros and status `"unknown"`. */
  getAccount(bucket: string, account: string, options?: GetAccountOptions): Promise<Account<I>>;
  /** The directory of the edges, as the pinned one sees it. */
  edges(options?: CallOptions): Promise<EdgeDirectory>;
  /** Your buckets, a page of them. */
  listMyBuckets(filter?: MyBucketsFilter): Promise<MyBuckets<I>>;
  /** The buckets you deleted. */
  listMyDeletedBuckets(options?: CallOptions): Promise<{ buckets: { name: string; deletedAtUnixMs: number }[] }>;
  /** One of your buckets, with its accounts. */
  getMyBucket(bucket: string, options?: CallOptions): Promise<MyBucket<I>>;
  /** The events of one of your buckets, newest first, a page of them. */
  listMyBucketEvents(bucket: string, filter?: MyBucketEventsFilter): Promise<MyBucketEvents<I>>;
  /** Writes an event to one of your buckets; not billed. */
  createMyBucketEvent(bucket: string, account: string, amount: number | bigint, options?: CreateEventOptions): Promise<CreateEventResult<I>>;
  /** The events of all your buckets, newest first, a part of them. */
  listMyEvents(filter?: MyEventsFilter): Promise<MyEvents<I>>;
  /**
   * Deletes one of your buckets for good, and its name with it. Of a bucket that was deleted before, it rejects with
   * code `invalid_input` and reason `bucket_deleted`. Where the answer was lost and the edge then says that the bucket was deleted
   * already, `eventId` is null and `meta.status` is 400, which is what the edge said. A deletion never moves to another edge.
   */
  deleteMyBucket(bucket: string, options?: CallOptions): Promise<{ bucket: string; eventId: string | null; meta: CallMeta }>;
  /** The balances of all accounts of a bucket. */
  getBalances(bucket: string, options?: CallOptions): Promise<Balances<I>>;
  /** The health of the pinned edge, or of the one named, which is asked once and for no longer than `probeTimeoutMs`. */
  health(baseUrl?: string, options?: CallOptions): Promise<Health>;
  /** This owner's recorded writes that nobody has finished, and nobody is likely to be at just now. */
  pending(): Promise<PendingWrite[]>;
  /**
   * Finishes this owner's recorded writes, each with its nonce and its bytes, side by side; what became of them is told one by one. A write
   * whose call ended by itself takes about `settleMs`; one that another tab or worker may be at is first watched for its lease of 5 s, where
   * no Web Lock proves that its holder is gone. Where several do so at once, one of them sends and all are told.
   */
  resume(): Promise<ResumedWrite<I>[]>;
  /** Gives up this owner's pending write of this nonce: nobody resumes it any more. It may have been booked. Says whether there was one. */
  discard(idempotencyNonce: string): Promise<boolean>;
  /**
   * For log-out: deletes this owner's finished records from the store, and with `pending` the unfinished ones too, so that a shared device
   * keeps nobody's notes and amounts. Says how many there were.
   */
  forget(options?: { pending?: boolean | undefined }): Promise<number>;
  /** What is known of the edges, in configured order. */
  edgeTable(): EdgeRow[];
  /** Ends this client: its calls reject with code `aborted`, and later ones too. */
  close(): void;
  /** Gives the client's memory back at once, rather than when nobody holds it any more. It can do nothing after that. */
  free(): void;
  /** `using` gives the memory back, as `free()` does. */
  [Symbol.dispose](): void;
}

/** What an error is about. */
export type ShardErrorCode =
  | "invalid_input" | "unauthorized" | "payment_required" | "forbidden" | "not_found" | "insufficient_funds"
  | "conflict" | "rate_limited" | "service_unavailable" | "timeout" | "network" | "decode" | "aborted" | "unsupported"
  | "internal";

/** A figure on an error; `null` where the answer did not say it, and in number mode beyond ±(2^53−1), where `message` has the digits. */
export type ErrorFigure<I extends Integers = "number"> = Figure<I> | null;

/** What calls reject with, and what wrong arguments throw in the constructor: an `Error` whose `name` follows its `code`, such as `TimeoutError`. */
export interface ShardError<I extends Integers = "number"> extends Error {
  readonly code: ShardErrorCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly status?: number;
  /** A known cause, such as `reservation_expired`. */
  readonly reason?: string;
  /** The edge of the last attempt. */
  readonly edge?: string;
  readonly attempts: number;
  /** The nonce of the write: make the same write with it again, and nothing is charged twice. */
  readonly idempotencyNonce?: string;
  /** `"rejected"`: nothing was written. `"unknown"`: it may have been. `"applied"`: it was. */
  readonly outcome: "rejected" | "unknown" | "applied";
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** Of a `timeout` of `getAccount` with `after`: the account as it was read last, which does not show that write. */
  readonly account?: Account<I>;
  /** Of `insufficient_funds`, as are the next five. */
  readonly balance?: ErrorFigure<I>;
  readonly availableBalance?: ErrorFigure<I>;
  readonly projectedAvailableBalance?: ErrorFigure<I>;
  /** The floor that the write would have broken. */
  readonly limit?: ErrorFigure<I>;
  /** The debit alone would have fitted; its hold did not. */
  readonly holdBlocking?: boolean;
  readonly hint?: string;
}
