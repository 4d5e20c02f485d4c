// Stores in a strict project: the package's, and one's own.
import { type AtomicStore, type PendingWrite, type ResumedWrite, Shardd, type StoreStep } from "shardd-wasm";
import {
  type ClosableStore, IdempotencyObject, type ListedStore, StoreError, casStore, durableObjectStorage, durableObjectStore, indexedDbStore, memoryStore, redisCasStore,
} from "shardd-wasm/stores";
import type { AtomicStore as IdempotencyStore, StoreStep as IdempotencyStep } from "shardd-wasm/idempotency";

// One type, wherever it is imported from.
export const same: IdempotencyStore = {} as AtomicStore;
export const step: StoreStep<number> = {} as IdempotencyStep<number>;

const own: AtomicStore = {
  async update<R>(_key: string, step: (record: Uint8Array | undefined, nowUnixMs: number) => StoreStep<R>): Promise<R> {
    const { reply } = step(undefined, 0);
    return reply;
  },
};

export async function stores(log: (...words: unknown[]) => void, namespace: { idFromName(name: string): object; get(id: object): object }): Promise<number> {
  const shardd = new Shardd("key", { store: own, storeFailure: "open", storeTimeoutMs: 1_000 });
  const pending: PendingWrite[] = await shardd.pending();
  const resumed: ResumedWrite[] = await shardd.resume({ timeoutMs: 60_000 });
  for (const { write, result, error } of resumed) {
    if (error) log(write.idempotencyNonce, error.outcome);
    else log(result.balance, result.deduplicated);
  }
  const exact = new Shardd("key", { integers: "bigint", store: memoryStore({ maxEntries: 10 }) });
  const [first] = await exact.resume();
  const balance: bigint | undefined = first?.result?.balance;
  const listed: ListedStore[] = [
    indexedDbStore("app"),
    durableObjectStore(namespace, { objects: 4 }),
    durableObjectStorage({}, { prefix: "own/" }),
    redisCasStore(async (args: string[]) => args.length),
    casStore({ read: async () => ({ version: 1 }), write: async (_key, version) => version === 1, async *list() {} }),
  ];
  const bare: AtomicStore & ClosableStore = casStore({ read: async () => undefined, write: async () => true });
  // @ts-expect-error: without its list it cannot say what it holds.
  const wrong: ListedStore = bare;
  // @ts-expect-error: neither closed nor open.
  new Shardd("key", { storeFailure: "maybe" });
  const error: unknown = new StoreError("quota", "no room");
  if (error instanceof StoreError && error.written === false) log(error.reason, wrong, balance);
  const closing: ClosableStore[] = [memoryStore(), indexedDbStore(), durableObjectStorage({}), bare];
  for (const store of closing) store.close();
  if (error instanceof StoreError && error.reason === "closed") closing[0]?.[Symbol.dispose]();
  const { bytes } = await new IdempotencyObject({}, {}).read("key");
  return pending.length + listed.length + (bytes?.length ?? 0);
}
