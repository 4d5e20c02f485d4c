import type { LedgerEvent } from "./index.cjs";

/** A region of the local ledger: its gateway and the node behind it. */
export interface LocalRegion {
  /** How long a request takes there and back. Default 0. */
  delayMs?: number | undefined;
}

/** How a local ledger is set up. Unknown names are refused. */
export interface LocalOptions {
  /** The regions, nearest first or not; or only how many, without a delay. From 1 to 64; default 3. */
  regions?: number | readonly LocalRegion[] | undefined;
  /** How long an event takes from one region to another. Default 100. */
  replicationMs?: number | undefined;
  /** The same seed gives the same ids and, in virtual time, the same times. Without one they differ from run to run. */
  seed?: number | undefined;
  /**
   * Gateways give each request to any node, as the real ones do; which one, the seed decides. Default false: a region's
   * gateway keeps to the region's own node.
   */
  spread?: boolean | undefined;
  /**
   * `"real"` (the default) lives in the runtime's time. `"virtual"` stands still, from the moment of creation on,
   * until `advance(ms)`: what has a delay is answered during an advance, what has none at once.
   *
   * Virtual is the time of this ledger only: delays, replication, the expiry of holds, `createdAtUnixMs`. The
   * client's own timers (its deadlines, its watch over a silent region, the settle time between two copies of a write)
   * are the runtime's, and no advance moves them; if you wait a second without advancing, the client believes that the
   * region was silent for a second. So use virtual time to look at what the ledger does, and real time to see the
   * client fail over.
   */
  clock?: "real" | "virtual" | undefined;
  /** When virtual time begins. Default now; with a `seed` 1800000000000, so that `createdAtUnixMs` repeats. */
  startUnixMs?: number | undefined;
  /** Ask for API keys, and refuse others as the gateways do. Without them every key will do. */
  keys?: readonly LocalKey[] | undefined;
}

/** An API key that the local gateways know. */
export interface LocalKey {
  token: string;
  /** The owner, a UUID; keys of one owner share buckets and credits. Without one, the key is an owner of its own. */
  user?: string | undefined;
  /** Default all three. */
  scopes?: readonly ("read" | "write" | "control")[] | undefined;
  /** Where it may read and write. Default `"all"`. */
  buckets?: "all" | { exact: string } | { prefix: string } | undefined;
  state?: "active" | "revoked" | "expired" | "frozen" | "dashboard_session_expired" | "dashboard_unreachable" | undefined;
  /** The owner's API credits. Default endless. */
  credits?: number | undefined;
}

/** What goes wrong with a region: the same object that `POST /regions/{i}/fault` of a control endpoint takes. */
export interface LocalFault {
  /**
   * `delay`: answers come `delay_ms` later · `black-hole`: requests vanish and nothing ever answers · `refuse`: no
   * connection, and those under way are reset · `reset-before`, `reset-after`: the connection ends before or after
   * the request was applied · `status`: another status, not applied · `garbage`: 200 with HTML, applied · `truncate`,
   * `stall-body`: applied, half of the body, then its end or silence · `freeze`: the gateway's own pages answer, the
   * rest hangs; applied if lifted within 5 s, else 503 after 30 s · `hold`: bytes stand still both ways, for `hold_ms`
   * or until the fault is lifted; then all arrives, also a request that its sender has cut meanwhile (a phone that
   * changes cells) · `late-write`: a write is applied and answered `delay_ms` after it came, also if its sender has
   * hung up, and all the rest is answered at once (a node that was frozen for a while, behind a gateway that was not).
   */
  kind:
    | "none" | "delay" | "black-hole" | "refuse" | "reset-before" | "reset-after" | "status" | "garbage" | "truncate"
    | "stall-body" | "freeze" | "hold" | "late-write";
  /** Answers come later by so much, with any kind; for `late-write` the write itself does. */
  delay_ms?: number | undefined;
  /** How long a `hold` lasts. Without it, until the fault is lifted. */
  hold_ms?: number | undefined;
  /** For `status`. Default 503. */
  status?: number | undefined;
  /** The `Retry-After` of a `status`: seconds, or a date. */
  retry_after?: number | string | undefined;
  /** For `status` and `garbage`. */
  body?: string | undefined;
  /** Whether a `status` or `garbage` request is applied all the same. */
  applied?: boolean | undefined;
  /** For the next so many requests; then the region is well again. */
  count?: number | undefined;
  /** Only for POSTs of events, or only for probes. */
  only?: "events" | "health" | undefined;
}

/** Two copies of one write, accepted in two regions before either knew of the other. */
export interface LocalStorm {
  nonce: string;
  bucket: string;
  account: string;
  amount: number;
  /** The copy that counts: the oldest. */
  winner: LocalStormCopy;
  /** The copy that was voided. The real servers would go on voiding for ever. */
  loser: LocalStormCopy;
  detectedAtUnixMs: number;
}

/** One of the two copies. */
export interface LocalStormCopy {
  eventId: string;
  nodeId: string;
  region: number;
  createdAtUnixMs: number;
}

/** A local ledger. */
export interface LocalShardd {
  /** Its regions' addresses, which no other ledger of this process has: `new Shardd("test", { fetch: local.fetch, edges: local.edges })`. */
  readonly edges: string[];
  /**
   * A `fetch` whose network is this ledger; other addresses are a `TypeError`. A request that has left arrives, even
   * if its signal fires on the way. There are no preflights.
   */
  readonly fetch: (input: any, init?: any) => Promise<any>;
  /** The ledger's time, in milliseconds since 1970. */
  now(): number;
  /**
   * Lets virtual time go on, from one due answer to the next; whoever receives one gets the time to ask its next
   * question before the clock moves again. In a Worker, advance in the request that waits for the answer.
   */
  advance(ms: number): Promise<void>;
  /**
   * Resolves when every request has arrived (but those in a `hold` without an end) and every event has reached every
   * region that it can reach; virtual time goes on as far as that takes. Look at `storms()` after it: copies that have not met yet are not seen.
   */
  settled(): Promise<void>;
  /** What goes wrong with a region, or with all at once, from now on; `null` revives. */
  fault(region: number | "all", rule: LocalFault | null): void;
  /** Cuts or heals the replication from one region to another (one direction), or changes how long it takes. */
  link(from: number, to: number, state: { up?: boolean | undefined; delayMs?: number | undefined }): void;
  /** Lets a region's clock go before or after everybody's. */
  skew(region: number, ms: number): void;
  /** A region's node is gone for good, with all it had not replicated; its gateway goes on with the next node. */
  lose(region: number): void;
  /**
   * What the judge sees: the events of all regions, each once, the oldest first; or those that one region has, in the
   * order of their arrival. Voids and the server's own holds are among them. A figure beyond ±(2^53−1) is a bigint.
   */
  events(region?: number): LedgerEvent[];
  /** Writes that were accepted twice. Anything but an empty list means money charged twice. */
  storms(): LocalStorm[];
  /** For each region, how often which page was asked for: `{ "POST /events": 2 }`. */
  requests(): Record<string, number>[];
  /** Ends it: what is under way rejects, and so does what comes later. */
  dispose(): void;
  /** The same. (Node 18 does not have the symbol.) */
  [Symbol.dispose](): void;
}

/**
 * A ledger of several regions in this process: the core of the `shardd-local` program, compiled to wasm.
 *
 * @example
 * const local = localShardd({ regions: [{ delayMs: 5 }, { delayMs: 40 }, { delayMs: 120 }] });
 * const shardd = new Shardd("test", { fetch: local.fetch, edges: local.edges });
 * local.fault(0, { kind: "black-hole" });
 */
export declare function localShardd(options?: LocalOptions): LocalShardd;
