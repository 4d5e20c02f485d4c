import type { AtomicStore } from "./index.cjs";

export type { AtomicStore, StoreStep } from "./index.cjs";

/** A store that can say what it holds. */
export interface ListedStore extends AtomicStore {
  list(prefix: string): AsyncIterable<[string, Uint8Array]>;
}

/** A store that can be done with. */
export interface ClosableStore {
  /**
   * Lets go of what the store holds open: a database's connection, channels between tabs. What it is asked for afterwards rejects with
   * a {@link StoreError} whose reason is `closed`. A process with an open store ends by itself all the same, and closing a client
   * leaves its store open, which others may share.
   */
  close(): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}

/** Whose time counts; the runtime's own by default. For tests. */
export interface StoreClock {
  now?: (() => number) | undefined;
}

/** Why a store could not do what it was asked for. */
export declare class StoreError extends Error {
  constructor(reason: StoreError["reason"], message: string, more?: { cause?: unknown; written?: false | null | undefined });
  /**
   * `unavailable`: there is no such place here. `blocked`: another tab keeps it. `quota`: no room on the disk. `full`: no room in
   * memory. `foreign`: another program's data. `conflict`: compare-and-set that does not. `closed`: after {@link ClosableStore.close}.
   * `failed`: see the cause; a lost connection was opened anew and lost again.
   */
  readonly reason: "unavailable" | "blocked" | "quota" | "full" | "foreign" | "conflict" | "closed" | "failed";
  /** `false` where it is certain that nothing was recorded, `null` where it is not. */
  readonly written: false | null;
  readonly cause?: unknown;
}

/** How a store in memory is set up. */
export interface MemoryStoreOptions extends StoreClock {
  /**
   * How many records it holds; default 10000. For a new one the oldest that is finished or expired makes room. Unfinished ones never
   * do: where there are only such, the store refuses.
   */
  maxEntries?: number | undefined;
}

/**
 * Records in memory: they protect one process, page or isolate as long as it lives.
 *
 * @example
 * const shardd = new Shardd(apiKey, { store: memoryStore() });
 */
export declare function memoryStore(options?: MemoryStoreOptions): ListedStore & ClosableStore;

/**
 * Records that outlive the page, in the IndexedDB database of this name (default `"shardd"`), shared by all tabs of the origin. A Web
 * Lock per record tells at once whose tab has died; a BroadcastChannel tells the others of changes. A connection that the browser
 * loses is opened anew, once for each operation.
 *
 * @example
 * const shardd = new Shardd(getToken, { store: indexedDbStore("my-app") });
 * await shardd.resume();
 */
export declare function indexedDbStore(name?: string, options?: StoreClock): ListedStore & ClosableStore;

/**
 * A place that can read some bytes, and replace them if nobody else did. Where `read` or `write` throws, it is asked once more; a write
 * that was done all the same is known by its bytes.
 */
export interface CasPlace<Version> {
  /**
   * The bytes under a key and a version that no other bytes under this key will ever have; nothing, or no `bytes`, where there are
   * none. With `nowUnixMs` the place's clock counts instead of this process's.
   */
  read(key: string): Promise<{ bytes?: Uint8Array | null | undefined; version?: Version | undefined; nowUnixMs?: number | undefined } | null | undefined>;
  /**
   * Replaces the bytes if the version still is what `read` gave (`undefined` where it gave none), and says whether it was. No `bytes`
   * forgets the key. They may be dropped at `expiresAtUnixMs`; `Infinity` is never, also where the bytes before had an expiry.
   */
  write(key: string, version: Version | undefined, bytes: Uint8Array | undefined, expiresAtUnixMs: number | undefined): Promise<boolean>;
  /** See {@link AtomicStore.list}. */
  list?: ((prefix: string) => AsyncIterable<[string, Uint8Array]>) | undefined;
}

/**
 * A store over anything with compare-and-set: a key-value service, a table with a version column.
 *
 * @example
 * const store = casStore({
 *   async read(key) {
 *     const { value, versionstamp } = await kv.get([key]);
 *     return { bytes: value, version: versionstamp };
 *   },
 *   async write(key, version, bytes) {
 *     const check = kv.atomic().check({ key: [key], versionstamp: version ?? null });
 *     return (await (bytes ? check.set([key], bytes) : check.delete([key])).commit()).ok;
 *   },
 * });
 */
export declare function casStore<Version>(
  place: CasPlace<Version> & { list: NonNullable<CasPlace<Version>["list"]> },
  options?: StoreClock,
): ListedStore & ClosableStore;
export declare function casStore<Version>(place: CasPlace<Version>, options?: StoreClock): AtomicStore & ClosableStore;

/** How records are spread over Durable Objects. */
export interface DurableObjectStoreOptions {
  /** What their names begin with; default `"shardd"`. */
  name?: string | undefined;
  /** How many objects share the records; default 1. Another number later is another store. */
  objects?: number | undefined;
}

/** The part of a Durable Object namespace that the store uses. */
export interface ObjectNamespace {
  idFromName(name: string): any;
  get(id: any): any;
}

/**
 * Records in Durable Objects of the class {@link IdempotencyObject}, which your Worker exports and its configuration binds. What fails
 * as `retryable` is asked once more through a new stub; an overloaded object is not.
 *
 * @example
 * export { IdempotencyObject } from "shardd-wasm/stores";
 * // in a request
 * const shardd = new Shardd(env.SHARDD_API_KEY, { store: durableObjectStore(env.IDEMPOTENCY) });
 */
export declare function durableObjectStore(namespace: ObjectNamespace, options?: DurableObjectStoreOptions): ListedStore & ClosableStore;

/** The Durable Object behind {@link durableObjectStore}. Needs a compatibility date of 2024-04-03 or later. */
export declare class IdempotencyObject {
  /** By this Cloudflare's types know an object. */
  readonly __DURABLE_OBJECT_BRAND: never;
  constructor(ctx: any, env: any);
  read(key: string): Promise<{ bytes?: Uint8Array; version?: string; stamps: string[]; nowUnixMs: number }>;
  write(
    key: string, version: string | undefined, bytes: Uint8Array | undefined, expiresAtUnixMs: number | undefined, stamps?: string[],
  ): Promise<boolean>;
  list(prefix: string, after?: string): Promise<[string, Uint8Array][]>;
  alarm(): Promise<void>;
}

/** A {@link durableObjectStorage}. */
export interface ObjectStore extends ListedStore, ClosableStore {
  /** Drops what has expired, best from an alarm; resolves to when the next record expires, or `Infinity`. */
  sweep(): Promise<number>;
}

/**
 * Records in the storage of one's own Durable Object, each step in one transaction.
 *
 * @example
 * this.shardd = new Shardd(env.SHARDD_API_KEY, { store: durableObjectStorage(ctx.storage, { prefix: "shardd/" }) });
 */
export declare function durableObjectStorage(storage: any, options?: StoreClock & { prefix?: string | undefined }): ObjectStore;

/**
 * Records in Redis or Valkey, one key each, by the server's clock. `command` runs one command with its arguments. Where the client lost
 * its connection, the command is run once more: let the client connect again by itself.
 *
 * @example
 * redisCasStore((args) => nodeRedis.sendCommand(args));
 * redisCasStore(([name, ...args]) => ioredis.call(name, ...args));
 */
export declare function redisCasStore(command: (args: string[]) => Promise<any>, options?: { prefix?: string | undefined }): ListedStore & ClosableStore;
