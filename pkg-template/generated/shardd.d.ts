// Printed by `cargo xtask generate` from src/protocol: change that, not this.
declare global {
  // Libs before esnext.disposable lack it. Declared just as they declare it, so that both agree.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** A platform's type by its global name; `any` where the project's `lib` does not have it. */
type Platform<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer T }> ? T : any;

/** What a custom `fetch` is called with. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal: Platform<"AbortSignal">;
  redirect: "manual";
}

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
  /** Base URLs of the regions. Default: the three production edges. */
  edges?: readonly string[] | undefined;
  /** Whether `http:` edges beyond this machine are allowed. Default `false`. */
  allowHttp?: boolean | undefined;
  /** Deadline of a whole call: token, probes, attempts, waits and bodies included. Default `30000`. */
  timeoutMs?: number | undefined;
  /** Limit of one attempt, body included. Default `10000`. */
  attemptTimeoutMs?: number | undefined;
  /** Limit of one health probe, body included; `health(url)` is one. Default `2000`. */
  probeTimeoutMs?: number | undefined;
  /** How long an edge that was left stays unavailable. Default `60000`. */
  cooldownMs?: number | undefined;
  /**
   * Distance between two copies of one write; at least 500. Copies that are closer than the ledger replicates would both be booked. Default
   * `1000`.
   */
  settleMs?: number | undefined;
  /** `"same-edge"`: a write that may have landed never moves to another edge. Default `"failover"`. */
  ambiguousWrites?: "failover" | "same-edge" | undefined;
  /** Attempts per call, over all edges. Default `3`. */
  maxAttempts?: number | undefined;
  /** Larger answers are a `DecodeError`, in bytes. Default `33554432`. */
  maxBodyBytes?: number | undefined;
  /**
   * `"bigint"`: money and expiries as bigint, on errors too. A number is never rounded: what does not fit ±(2^53−1) is a `DecodeError`.
   * Default `"number"`.
   */
  integers?: I | undefined;
  /**
   * Any function of the shape of the global one, which is looked up at each call; called with `this` undefined. What it throws is a
   * connection that failed, and is tried again; where it gives what is no response (a status, headers with `get`, and a body,
   * `arrayBuffer()`, `text()` or `json()`), the call ends at once, and its error says so. Default: the global one.
   */
  fetch?: ((url: string, init: FetchInit) => Promise<Platform<"Response">>) | undefined;
  /**
   * Whose the writes are: a name, or a function that gives one; give it wherever keys rotate, and with a `store` and a key function.
   * Records, shared answers and the table of writes in flight are scoped by it, so that two people behind one store never meet. Without one
   * two keys are two owners, and a store gets a one-way digest of the key; on pages without https a `store` needs an owner too. At most 256
   * bytes. Default: the key.
   */
  owner?: Owner | undefined;
  /**
   * Which ledger this is, such as `"staging"`: two ledgers behind one store or in one page never meet. Without a name, two clients are of
   * one ledger if their configured `edges` share an origin. Default: the origins of `edges`.
   */
  ledger?: string | undefined;
  /**
   * Where writes are recorded before they are sent, so that `resume()` can finish what a closed tab or a crash left: a store of
   * `shardd-wasm/stores`, or one of your own.
   */
  store?: AtomicStore | undefined;
  /** `"open"`: a write that cannot be recorded is sent all the same, and `onEvent` hears of it. Default `"closed"`. */
  storeFailure?: "closed" | "open" | undefined;
  /** How long to wait for the store. Default `5000`. */
  storeTimeoutMs?: number | undefined;
  /** `true` (`localStorage`) or `{ get, set }`: the next start goes straight to the edge that served last. Default `false`. */
  rememberEdge?: boolean | EdgeMemory | undefined;
  /**
   * Adds the edges that the directory names below a host such as `"api.example.com"`; `true` with the production edges. Nobody waits for
   * the directory. Default `false`.
   */
  discover?: boolean | string | undefined;
  /** Told of every decision, never of a key or token. What it throws or rejects with is dropped. */
  onEvent?: ((event: ShardEvent) => void) | undefined;
  /**
   * Aborts every call of this client, also one with a signal of its own. On Workers a signal belongs to its request: give it to the call.
   */
  signal?: Platform<"AbortSignal"> | undefined;
  /** Keeps a Worker's request alive until its calls have ended: `(promise) => ctx.waitUntil(promise)`. Better given to the call. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
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

/** Where the edge that served last is kept. What it throws or rejects with is dropped. */
export interface EdgeMemory {
  get(): string | null | undefined;
  set(url: string): void;
}

/** An event's place in the ledger's log. */
export interface EventPosition {
  originNodeId: string;
  originEpoch: number;
  originSeq: number;
}

/** What one call may say of itself. */
export interface CallOptions {
  /** Aborts this call: its probes, attempts and waits. */
  signal?: Platform<"AbortSignal"> | undefined;
  /** The deadline of this call. */
  timeoutMs?: number | undefined;
  /** The one edge to use, by its base URL; no failover then. */
  edge?: string | undefined;
  /** Keeps a Worker's request alive until this call has ended, even when its client hangs up: `(promise) => ctx.waitUntil(promise)`. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** What can be said of a write beside bucket, account and amount. Durations are in milliseconds. */
export interface CreateEventOptions extends CallOptions {
  /** A remark of at most 4096 characters. */
  note?: string | undefined;
  /** The reservation that this debit settles. */
  settleReservation?: string | undefined;
  /** The reservation to give up; the amount is 0. */
  releaseReservation?: string | undefined;
  /** How far the available balance may go below zero, in credits. */
  maxOverdraft?: number | bigint | undefined;
  /** Credits to hold; alone with an amount of 0 it is a reservation. */
  holdAmount?: number | bigint | undefined;
  /** No implicit hold on this debit. */
  skipHold?: boolean | undefined;
  /** When the hold ends, in Unix milliseconds. */
  holdExpiresAtUnixMs?: number | bigint | undefined;
  /** Nodes that must have the event before the answer. */
  minAcks?: number | undefined;
  /** How long to wait for them. */
  ackTimeoutMs?: number | undefined;
  /**
   * What makes retries of this write one write; a UUID is made when absent. It belongs to a bucket, account, amount, kind of write,
   * reservation, hold and time of a reservation; all else may differ when the write is sent again, and the first one's stays.
   */
  idempotencyNonce?: string | undefined;
}

/** Which of one's buckets to list. */
export interface MyBucketsFilter extends CallOptions {
  /** A part of the name, in any case. */
  q?: string | undefined;
  /** The page, from 1. */
  page?: number | undefined;
  /** Rows a page: 25 by default, 100 at most. */
  limit?: number | undefined;
}

/** Which events of one of one's buckets to list. */
export interface MyBucketEventsFilter extends CallOptions {
  /** A part of the note, or an event's id. */
  q?: string | undefined;
  /** One account. */
  account?: string | undefined;
  /** The page, from 1. */
  page?: number | undefined;
  /** Rows a page: 25 by default, 200 at most. */
  limit?: number | undefined;
}

/** Which events of all one's buckets to list. */
export interface MyEventsFilter extends CallOptions {
  /** One bucket. */
  bucket?: string | undefined;
  /** One account. */
  account?: string | undefined;
  /** The node of origin. */
  origin?: string | undefined;
  /** The type of event. */
  eventType?: string | undefined;
  /** Not before, in Unix milliseconds. */
  sinceMs?: number | undefined;
  /** Not after, in Unix milliseconds. */
  untilMs?: number | undefined;
  /** A part of the note, or an event's id. */
  search?: string | undefined;
  /** Rows: 100 by default, 500 at most. */
  limit?: number | undefined;
  /** Rows to pass over. */
  offset?: number | undefined;
  /** Whether to tell how far each node is. */
  replication?: boolean | undefined;
}

/** What can be said of a charge. */
export type ChargeOptions = Omit<CreateEventOptions, "settleReservation" | "releaseReservation">;

/** What can be said of a reservation. */
export type ReserveOptions = Omit<ChargeOptions, "holdAmount" | "holdExpiresAtUnixMs" | "skipHold">;

/** What can be said of a credit, and of the end of a reservation. */
export type CreditOptions = Omit<ReserveOptions, "maxOverdraft">;

/** What `getAccount` can be told. */
export interface GetAccountOptions extends CallOptions {
  /**
   * A write's result, or its event: the account is read again until it shows it, so that a read after a failover never gives an old
   * balance. At most five times, 100 ms to 2 s apart and within the deadline, since each read costs a credit; then the call rejects with a
   * {@link TimeoutError} that has the `account` as it was read last.
   */
  after?: EventPosition | { event: EventPosition } | undefined;
}

/** An entry of the ledger; entries are never changed. */
export interface LedgerEvent<I extends Integers = "number"> {
  /** Its UUID. */
  eventId: string;
  /** The node that wrote it. */
  originNodeId: string;
  /** That node's epoch. */
  originEpoch: number;
  /** Its place among the events of that node and epoch. */
  originSeq: number;
  /** When it was written, in Unix milliseconds. */
  createdAtUnixMs: number;
  /** What it stands for. */
  type: "standard" | "reservation_create" | "hold_release" | "void" | "bucket_delete" | (string & {});
  /** The bucket. */
  bucket: string;
  /** The account. */
  account: string;
  /** In credits: positive is a credit, negative a debit. */
  amount: Figure<I>;
  /** The remark that came with it. */
  note: string | null;
  /** The nonce that it was written under. */
  idempotencyNonce: string;
  /** The event that it undoes or releases. */
  voidRef: string | null;
  /** The credits that it holds. */
  holdAmount: Figure<I> | null;
  /** When that hold ends, in Unix milliseconds. */
  holdExpiresAtUnixMs: Figure<I> | null;
}

/** All events of a bucket, oldest first. */
export interface EventList<I extends Integers = "number"> {
  /** The events. */
  events: LedgerEvent<I>[];
}

/** How many nodes had an event before the answer. */
export interface Acks {
  /** Nodes that said so in time. */
  received: number;
  /** Nodes that were asked for by `minAcks`. */
  requested: number;
  /** `ackTimeoutMs` was over before they had all answered. */
  timeout: boolean;
}

/** How a call went. */
export interface CallMeta {
  /** The base URL of the edge that answered. */
  edge: string;
  /** Attempts made, over all edges. */
  attempts: number;
  /** How long the call took, in milliseconds. */
  elapsedMs: number;
  /** The HTTP status, as the edge sent it: 201 for a new write, 200 for a replay, 200 for a deletion. */
  status: number;
}

/** What a write comes back with. */
export interface CreateEventResult<I extends Integers = "number"> {
  /** The event of this write; of a replay, the one that was written first. */
  event: LedgerEvent<I>;
  /** All events that were written with it, such as a hold; none on a replay. */
  emittedEvents: LedgerEvent<I>[];
  /** The account's balance, in credits. */
  balance: Figure<I>;
  /** The balance less holds, in credits. */
  availableBalance: Figure<I>;
  /** The ledger had this write already: nothing was charged again. */
  deduplicated: boolean;
  /** The nodes that had the event before the answer. */
  acks: Acks | null;
  /** How the call went. */
  meta: CallMeta;
}

/** What a reservation comes back with. */
export interface Reservation<I extends Integers = "number"> {
  /** What to settle or release it by. */
  reservationId: string;
  /** When it ends by itself, in Unix milliseconds by the clock of the edge. */
  expiresAtUnixMs: Figure<I>;
  /** The account's balance, in credits. */
  balance: Figure<I>;
  /** The balance less holds, in credits. */
  availableBalance: Figure<I>;
  /** The ledger had this reservation already: no more is held than before. */
  deduplicated: boolean;
  /** The event that made it. */
  event: LedgerEvent<I>;
  /** How the call went. */
  meta: CallMeta;
}

/** The holds that one node has on an account. */
export interface ReservedByOrigin<I extends Integers = "number"> {
  /** In credits. */
  reservedAmount: Figure<I>;
  /** How many there are. */
  reservationCount: number;
  /** When the first of them ends, in Unix milliseconds. */
  nextExpiryUnixMs: Figure<I> | null;
  /** When the last of them ends, in Unix milliseconds. */
  latestExpiryUnixMs: Figure<I> | null;
}

/** One account's row in {@link Balances}. */
export interface AccountBalance<I extends Integers = "number"> {
  /** The bucket. */
  bucket: string;
  /** The account. */
  account: string;
  /** In credits. */
  balance: Figure<I>;
  /** The balance less holds, in credits. */
  availableBalance: Figure<I>;
  /** All holds together, in credits. */
  activeHoldTotal: Figure<I>;
  /** The holds, by node id. */
  reservedByOrigin: Record<string, ReservedByOrigin<I>> | null;
  /** How many events the account has. */
  eventCount: number;
}

/** The accounts of a bucket. */
export interface Balances<I extends Integers = "number"> {
  /** A row for each. */
  accounts: AccountBalance<I>[];
  /** The sum of their balances, in credits. */
  totalBalance: Figure<I>;
}

/** How far the events of one node and epoch are known. */
export interface OriginHead {
  /** The last sequence number up to which none is missing. */
  head: number;
  /** The last that was heard of. */
  maxKnown: number;
}

/** One account: balance, holds and how far each node's events are known. */
export interface Account<I extends Integers = "number"> {
  /** In credits. */
  balance: Figure<I>;
  /** The balance less holds, in credits. */
  availableBalance: Figure<I>;
  /** Whether the node that answered knows of events that it does not have yet. */
  status: "locally_confirmed" | "provisional" | "unknown" | (string & {});
  /** The holds, by node id. */
  reservedByOrigin: Record<string, ReservedByOrigin<I>> | null;
  /** What the balance is made of, by `"<node>:<epoch>"`. */
  contributingOrigins: Record<string, OriginHead> | null;
}

/** What an edge says of itself. */
export interface Health {
  /** The edge's clock, in Unix milliseconds. */
  observedAtUnixMs: number;
  /** Its id. */
  edgeId: string | null;
  /** Its region. */
  region: string | null;
  /** Its public base URL. */
  baseUrl: string | null;
  /** Whether it can serve. */
  ready: boolean;
  /** Nodes that it knows of. */
  discoveredNodes: number | null;
  /** Nodes that answer it. */
  healthyNodes: number | null;
  /** How far the nearest node is, in milliseconds. */
  bestNodeRttMs: number | null;
  /** How many events that node is behind. */
  syncGap: number | null;
  /** Whether that node has more to do than it should. */
  overloaded: boolean | null;
  /** Whether it asks for API keys. */
  authEnabled: boolean | null;
}

/** One edge of an {@link EdgeDirectory}. Of one that cannot be reached, only its names are known. */
export interface EdgeListing {
  /** Its id. */
  edgeId: string | null;
  /** Its region. */
  region: string | null;
  /** Its public base URL. */
  baseUrl: string | null;
  /** Where it tells its health. */
  healthUrl: string | null;
  /** Whether it answered the edge that was asked. */
  reachable: boolean;
  /** Whether it can serve. */
  ready: boolean;
  /** Its clock, in Unix milliseconds. */
  observedAtUnixMs: number | null;
  /** Nodes that it knows of. */
  discoveredNodes: number | null;
  /** Nodes that answer it. */
  healthyNodes: number | null;
  /** How far its nearest node is, in milliseconds. */
  bestNodeRttMs: number | null;
  /** How many events that node is behind. */
  syncGap: number | null;
  /** Whether that node has more to do than it should. */
  overloaded: boolean | null;
}

/** The directory of the edges, as one of them sees it. */
export interface EdgeDirectory {
  /** That edge's clock, in Unix milliseconds. */
  observedAtUnixMs: number;
  /** The edges, that one first. */
  edges: EdgeListing[];
}

/** One bucket in short. */
export interface MyBucketSummary<I extends Integers = "number"> {
  /** Its name. */
  bucket: string;
  /** The sum of its balances, in credits. */
  totalBalance: Figure<I>;
  /** The same less holds, in credits. */
  availableBalance: Figure<I>;
  /** All holds together, in credits. */
  activeHoldTotal: Figure<I>;
  /** How many accounts it has. */
  accountCount: number;
  /** How many events it has. */
  eventCount: number;
  /** When the last was written, in Unix milliseconds. */
  lastEventAtUnixMs: number | null;
}

/** A page of one's buckets. */
export interface MyBuckets<I extends Integers = "number"> {
  /** A row for each, by name. */
  buckets: MyBucketSummary<I>[];
  /** How many there are on all pages. */
  total: number;
  /** The page, from 1. */
  page: number;
  /** Rows a page. */
  limit: number;
}

/** A bucket that was deleted. */
export interface DeletedBucket {
  /** Its name. */
  name: string;
  /** When, in Unix milliseconds. */
  deletedAtUnixMs: number;
}

/** The buckets that were deleted; their names cannot be used again. */
export interface DeletedBuckets {
  /** A row for each, in no order. */
  buckets: DeletedBucket[];
}

/** One account of {@link MyBucket}. */
export interface MyBucketAccount<I extends Integers = "number"> {
  /** Its name. */
  account: string;
  /** In credits. */
  balance: Figure<I>;
  /** The balance less holds, in credits. */
  availableBalance: Figure<I>;
  /** All holds together, in credits. */
  activeHoldTotal: Figure<I>;
  /** How many events it has. */
  eventCount: number;
  /** When the last was written, in Unix milliseconds. */
  lastEventAtUnixMs: number | null;
}

/** One of one's buckets with its accounts. */
export interface MyBucket<I extends Integers = "number"> {
  /** The bucket in short. */
  summary: MyBucketSummary<I>;
  /** Its accounts, the richest first. */
  accounts: MyBucketAccount<I>[];
}

/** A page of the events of one of one's buckets, newest first. */
export interface MyBucketEvents<I extends Integers = "number"> {
  /** The events. */
  events: LedgerEvent<I>[];
  /** How many there are on all pages. */
  total: number;
  /** The page, from 1. */
  page: number;
  /** Rows a page. */
  limit: number;
}

/** How far one node is, as {@link Replication} tells it. */
export interface NodeHeads {
  /** Why the node could not be asked. */
  error: string | null;
  /** How far each node's events are here, by `"<bucket>\t<node>:<epoch>"`. */
  heads: Record<string, number> | null;
  /** How far each node is known here to have written, by the same. */
  maxKnownSeqs: Record<string, number> | null;
}

/** How far each node is. */
export interface Replication {
  /** By node id. */
  perNode: Record<string, NodeHeads> | null;
}

/** A part of the events of all one's buckets, newest first. */
export interface MyEvents<I extends Integers = "number"> {
  /** The events. */
  events: LedgerEvent<I>[];
  /** How many there are in all. */
  total: number;
  /** Rows asked for. */
  limit: number;
  /** Rows passed over. */
  offset: number;
  /** How far each node has written, by `"<bucket>\t<node>:<epoch>"`. */
  heads: Record<string, number> | null;
  /** How far each node is known to have written, by the same. */
  maxKnownSeqs: Record<string, number> | null;
  /** How far each node is, where `replication` was asked for. */
  replication: Replication | null;
}

/** What the deletion of a bucket comes back with. */
export interface BucketDeletion {
  /** The bucket's name. */
  bucket: string;
  /**
   * The event that ended it. Null where its answer was lost and the edge then said that the bucket was deleted already; `meta.status` is
   * 400 then.
   */
  eventId: string | null;
  /** How the call went. */
  meta: CallMeta;
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
export type ShardEvent = Partial<OfCall> & (
  /** A health probe ended. */
  | { type: "probe"; edge: string; rttMs: number | null; fit: boolean }
  /** This edge serves from now on. */
  | { type: "pin"; edge: string; rttMs: number | null }
  /** A request left, the how-manieth of its call. */
  | { type: "attempt"; edge: string; attempt: number }
  /** An attempt has been silent for so long that its edge is asked whether it lives. */
  | { type: "suspect"; edge: string; silentMs: number }
  /** The call left one edge for another. */
  | { type: "failover"; edge: string; to: string; reason: string }
  /** The same edge is tried again after a wait. */
  | { type: "retry"; edge: string; waitMs: number; reason: string }
  /** An edge rests. */
  | { type: "cooldown"; edge: string; cooldownMs: number; reason: string }
  /** A copy of a write waits until the copy before it has settled. */
  | { type: "settle"; waitMs: number }
  /** The ledger had this write already. */
  | { type: "replay"; edge: string }
  /** Something to be looked after. */
  | { type: "warning"; reason: "public-key" | "store"; message: string }
  /** A call begins. */
  | { type: "call" }
  /** A call ended, with an answer or with an error of this code. */
  | { type: "outcome"; outcome: "rejected" | "unknown" | "applied"; code: ShardErrorCode | null; attempts: number; elapsedMs: number }
);

/** What every event of a call carries beside. */
export interface OfCall { callId: number; operation: string; idempotencyNonce?: string | undefined }

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
  /** Starts the module ahead of the first client; nobody needs it. */
  static ready(): Promise<void>;
  /**
   * A client from `SHARDD_API_KEY` and `SHARDD_EDGES` (comma-separated), which `edges` among the options take the place of. Where
   * `SHARDD_EDGES` is set but empty, it is an `InvalidInputError`: nobody gets to production unasked.
   */
  static fromEnv<I extends Integers = "number">(env?: object, options?: ShardOptions<I>): Shardd<I>;
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
  listEvents(bucket: string, options?: CallOptions): Promise<EventList<I>>;
  /** The balances of all accounts of a bucket. */
  getBalances(bucket: string, options?: CallOptions): Promise<Balances<I>>;
  /**
   * One account. One that was never written to has zeros and status `"unknown"`. Given `after`, it is not read before it shows that write.
   */
  getAccount(bucket: string, account: string, options?: GetAccountOptions): Promise<Account<I>>;
  /** The directory of the edges, as the pinned one sees it. */
  edges(options?: CallOptions): Promise<EdgeDirectory>;
  /** The health of the pinned edge, or of the one named, which is asked once and for no longer than `probeTimeoutMs`. */
  health(baseUrl?: string, options?: CallOptions): Promise<Health>;
  /** Your buckets, a page of them. */
  listMyBuckets(filter?: MyBucketsFilter): Promise<MyBuckets<I>>;
  /** The buckets you deleted. */
  listMyDeletedBuckets(options?: CallOptions): Promise<DeletedBuckets>;
  /** One of your buckets, with its accounts. */
  getMyBucket(bucket: string, options?: CallOptions): Promise<MyBucket<I>>;
  /** The events of one of your buckets, newest first, a page of them. */
  listMyBucketEvents(bucket: string, filter?: MyBucketEventsFilter): Promise<MyBucketEvents<I>>;
  /** Writes an event to one of your buckets; not billed. */
  createMyBucketEvent(bucket: string, account: string, amount: number | bigint, options?: CreateEventOptions): Promise<CreateEventResult<I>>;
  /** The events of all your buckets, newest first, a part of them. */
  listMyEvents(filter?: MyEventsFilter): Promise<MyEvents<I>>;
  /**
   * Deletes one of your buckets for good, and its name with it. Of a bucket that was deleted before, it rejects with `InvalidInputError`
   * and reason `bucket_deleted`. A deletion has no nonce, and never moves to another edge.
   */
  deleteMyBucket(bucket: string, options?: CallOptions): Promise<BucketDeletion>;
  /** Your buckets, all pages of them, each once, whatever is written or deleted meanwhile. */
  myBuckets(filter?: MyBucketsFilter): AsyncGenerator<MyBucketSummary<I>, void, undefined>;
  /** The events of one of your buckets, newest first, all pages of them, each once, whatever is written meanwhile. */
  myBucketEvents(bucket: string, filter?: MyBucketEventsFilter): AsyncGenerator<LedgerEvent<I>, void, undefined>;
  /** The events of all your buckets, newest first, all of them, each once, whatever is written meanwhile. */
  myEvents(filter?: MyEventsFilter): AsyncGenerator<LedgerEvent<I>, void, undefined>;
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
  /** `using` closes. */
  [Symbol.dispose](): void;
}

/** What an error is about. */
export type ShardErrorCode =
  | "invalid_input" | "unauthorized" | "payment_required" | "forbidden" | "not_found" | "insufficient_funds"
  | "conflict" | "rate_limited" | "service_unavailable" | "timeout" | "network" | "decode"
  | "aborted" | "unsupported" | "internal";

/** Base of every error of this package. */
export class ShardError extends Error {
  /** For tests of your own: `new TimeoutError({ message: "too slow", outcome: "unknown" })`. */
  constructor(fields: { message: string; [field: string]: unknown } | (object & { message: string }));
  /**
   * The error that `toJSON()` was called on, from its object or the text of it: of the same class, or with the code and name that a newer
   * version gave it. It has no `retry()`; send the write again with its `idempotencyNonce`. What is no such record is refused.
   */
  static fromJSON(json: unknown): ShardError;
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
}
/** `number` in place of `any`, which is what `instanceof` makes of a mode that it does not know. */
type NumberForAny<T> = 0 extends 1 & T ? number : T;
/** A figure on an error; `null` where the answer did not say it, and in number mode beyond ±(2^53−1), where `message` has the digits. */
export type ErrorFigure<I extends Integers = "number"> = NumberForAny<Figure<I>> | null;
/**
 * An argument or option was wrong, found here or by the server. `reason`: `reservation_not_found`, `reservation_expired`,
 * `reservation_released`, `settle_exceeds_hold`, `bucket_deleted`, `bucket_reserved`.
 */
export class InvalidInputError extends ShardError {
  readonly code: "invalid_input";
}
/**
 * 401: the key is missing, unknown, revoked or expired. Also where the function that gives it failed. `reason`: `key_revoked`,
 * `key_expired`, `user_frozen`, `key_unknown`, `key_missing`.
 */
export class UnauthorizedError extends ShardError {
  readonly code: "unauthorized";
}
/** 402: the API account has no credits left. */
export class PaymentRequiredError extends ShardError {
  readonly code: "payment_required";
}
/** 403: the key lacks the scope. */
export class ForbiddenError extends ShardError {
  readonly code: "forbidden";
}
/** 404: no such thing. */
export class NotFoundError extends ShardError {
  readonly code: "not_found";
}
/** 422: the account cannot cover the debit or hold. A figure is null where the server leaves it out, or no number holds it. */
export class InsufficientFundsError<I extends Integers = "number"> extends ShardError {
  readonly code: "insufficient_funds";
  /** The account's balance. */
  readonly balance: ErrorFigure<I>;
  /** The balance less holds. */
  readonly availableBalance: ErrorFigure<I>;
  /** What would have been available after the write. */
  readonly projectedAvailableBalance: ErrorFigure<I>;
  /** The floor that the write would have broken: minus the allowed overdraft. */
  readonly limit: ErrorFigure<I>;
  /** The debit alone would have fitted; its hold did not. */
  readonly holdBlocking: boolean;
  /** The server's advice. */
  readonly hint?: string | undefined;
}
/** 409, or a nonce used for another write. */
export class ConflictError extends ShardError {
  readonly code: "conflict";
}
/** 429: too many requests. */
export class RateLimitedError extends ShardError {
  readonly code: "rate_limited";
  /** How long to wait, where the server says it. */
  readonly retryAfterMs?: number | undefined;
}
/**
 * 5xx: the region cannot serve now. No retry mends `no_dashboard`. `reason`: `no_dashboard`, `dashboard`, `no_nodes`, `warming_up`,
 * `store`.
 */
export class ServiceUnavailableError extends ShardError {
  readonly code: "service_unavailable";
}
/** An attempt or the whole call ran out of time. */
export class TimeoutError<I extends Integers = "number"> extends ShardError {
  readonly code: "timeout";
  /** Where `getAccount` was given `after`: the account as it was read last, which does not show that write. */
  readonly account?: Account<I> | undefined;
}
/** The connection failed, or a redirect came back. Where the option `fetch` is to blame, the sentence says so. `reason`: `no_fetch`. */
export class NetworkError extends ShardError {
  readonly code: "network";
}
/** An answer that is not what was promised. */
export class DecodeError extends ShardError {
  readonly code: "decode";
}
/** The caller's signal or `close()`. */
export class AbortedError extends ShardError {
  readonly code: "aborted";
}
/**
 * The runtime lacks what the client is made with, or forbids it. Thrown by the constructor; in Jest's jsdom: `@jest-environment node`, or
 * jest-fixed-jsdom. `reason`: `csp`, `no_webassembly`, `no_text_decoder`, `no_random`.
 */
export class UnsupportedError extends ShardError {
  readonly code: "unsupported";
}
/**
 * A bug in this package. Also where no memory is left: please report it; calls under way end with it, and the next one starts the wasm
 * anew.
 */
export class InternalError extends ShardError {
  readonly code: "internal";
}

/** Whether `error` is of this package, whichever copy of it. Its `code` then says of which class it is; of a bigint client: `isShardError<"bigint">(error)`. */
export function isShardError<I extends Integers = "number">(error: unknown): error is ErrorOf<I>;

/** Every error of this package, told apart by `code`. */
export type ErrorOf<I extends Integers = "number"> =
  | InvalidInputError | UnauthorizedError | PaymentRequiredError | ForbiddenError | NotFoundError
  | InsufficientFundsError<I> | ConflictError | RateLimitedError | ServiceUnavailableError | TimeoutError<I>
  | NetworkError | DecodeError | AbortedError | UnsupportedError | InternalError;
