// What the typings promise of the class, as strict projects use it. `cargo xtask test class` puts this beside what wasm-pack built.
import { Shardd } from "./shardd_wasm.js";
import type { AtomicStore, ErrorOf, InsufficientFundsError, PendingWrite, ShardEvent } from "./shardd_wasm.js";

declare const store: AtomicStore;

export async function charge(signal: AbortSignal): Promise<number> {
  const shardd = new Shardd(async () => "key", { edges: ["http://127.0.0.1:1"], store, owner: "alice", onEvent: (event: ShardEvent) => event.type });
  const { balance, meta } = await shardd.charge("b", "a", 5n, { signal, idempotencyNonce: "n", timeoutMs: undefined });
  const hold = await shardd.withApiKey("other").reserve("b", "a", 5, 60_000);
  await shardd.settle("b", "a", hold.reservationId, 5);
  const pending: PendingWrite[] = await shardd.pending();
  await shardd.resume({ timeoutMs: 5 });
  shardd.close();
  return balance + meta.attempts + pending.length;
}

export async function exactly(): Promise<bigint> {
  const shardd = new Shardd("key", { integers: "bigint" });
  const { event, balance } = await shardd.credit("b", "a", 1);
  const sequence: number = event.originSeq;
  return balance + BigInt(sequence);
}

export function told(thrown: unknown): string {
  const error = thrown as ErrorOf;
  if (error.code === "insufficient_funds") {
    const funds: InsufficientFundsError = error;
    return `${funds.availableBalance ?? 0} credits are left`;
  }
  return error.code === "rate_limited" ? `again in ${error.retryAfterMs ?? 0} ms` : error.message;
}

// What the class lacks is in no typing.
// @ts-expect-error: `fetch` is the global one
new Shardd("key", { fetch });
// @ts-expect-error: the environment is the caller's to read
Shardd.fromEnv();
// @ts-expect-error: a write is sent again by its nonce
export const retry = (error: InsufficientFundsError) => error.retry();
