// Under exactOptionalPropertyTypes: what is optional takes undefined, as it does at run time. And an interface is an environment.
import { ShardError, Shardd, type AtomicStore, type CallOptions, type ChargeOptions, type CreateEventOptions, type EdgeMemory, type GetAccountOptions, type MyBucketEventsFilter, type MyBucketsFilter, type MyEventsFilter, type ShardOptions, type StoreStep } from "shardd-wasm";
import { Idempotency, type IdempotencyOptions, type IdempotentFetchOptions, type HandlerOptions, type WrapOptions, valkeyStore } from "shardd-wasm/idempotency";
import { StoreError, type CasPlace, type DurableObjectStoreOptions, type MemoryStoreOptions, casStore, durableObjectStorage, redisCasStore } from "shardd-wasm/stores";
import { type LocalFault, type LocalKey, type LocalOptions, type LocalRegion, type LocalShardd } from "shardd-wasm/testing";

/** All members that are optional, as undefined. */
type Absent<T> = { [K in keyof T as {} extends Pick<T, K> ? K : never]: undefined };
const takes = <T>(_: Absent<T> extends Pick<T, keyof Absent<T> & keyof T> ? true : false): void => {};

takes<ShardOptions>(true);
takes<ShardOptions<"bigint">>(true);
takes<CallOptions>(true);
takes<ChargeOptions>(true);
takes<CreateEventOptions>(true);
takes<GetAccountOptions>(true);
takes<MyBucketsFilter>(true);
takes<MyBucketEventsFilter>(true);
takes<MyEventsFilter>(true);
takes<AtomicStore>(true);
takes<StoreStep<void>>(true);
takes<EdgeMemory>(true);
takes<Omit<ShardError, "retry" | "stack">>(true);
takes<IdempotencyOptions>(true);
takes<IdempotentFetchOptions>(true);
takes<HandlerOptions<Request, Response>>(true);
takes<WrapOptions<[]>>(true);
takes<MemoryStoreOptions>(true);
takes<DurableObjectStoreOptions>(true);
takes<CasPlace<number>>(true);
takes<LocalOptions>(true);
takes<LocalRegion>(true);
takes<LocalKey>(true);
takes<LocalFault>(true);
takes<Parameters<LocalShardd["link"]>[2]>(true);
takes<{ only?: string }>(false);

/** As `wrangler types` writes it. */
interface Env {
  SHARDD_API_KEY: string;
  SHARDD_EDGES: string;
}
interface Config {
  edges?: string[];
  note?: string;
  signal?: AbortSignal;
}

export async function page(env: Env, config: Config, gone: undefined): Promise<void> {
  const shardd: Shardd = Shardd.fromEnv(env, { edges: config.edges, signal: config.signal });
  const exact: Shardd<"bigint"> = Shardd.fromEnv(env, { integers: "bigint" });
  Shardd.fromEnv();
  Shardd.fromEnv({ SHARDD_API_KEY: "key" });
  // @ts-expect-error: an environment has members.
  Shardd.fromEnv("key");
  await shardd.withApiKey("other", { owner: gone }).charge("app", "alice", 5, { note: config.note, signal: config.signal });
  await exact.forget({ pending: gone });
  const once = new Idempotency(casStore({ read: async () => null, write: async () => true, list: gone }, { now: gone }), { scope: gone });
  await once.drain({ timeoutMs: gone });
  valkeyStore(async () => gone, { prefix: gone });
  redisCasStore(async () => gone, { prefix: gone });
  durableObjectStorage({}, { prefix: gone, now: gone });
  new StoreError("failed", "Failed.", { cause: gone, written: gone });
  // @ts-expect-error: a scope without a value would be everybody's.
  await once.execute("k", { operation: "x", scope: gone }, () => 1);
}
