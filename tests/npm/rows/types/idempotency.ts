// The idempotency part in a strict project, without a name of a platform.
import {
  type AtomicStore, type Outcome, type Snapshot, Idempotency, IdempotencyError, IdempotencyKey, NotApplied, fingerprint, idempotentFetch, valkeyStore,
} from "shardd-wasm/idempotency";

const entries = new Map<string, Uint8Array>();
const store: AtomicStore = {
  async update(key, step) {
    const { reply, put, remove } = step(entries.get(key), 0);
    if (put) entries.set(key, put);
    if (remove) entries.delete(key);
    return reply;
  },
};

export async function once(charge: (key: string) => Promise<{ paid: number }>): Promise<number> {
  const idempotency = new Idempotency(store, {
    leaseMs: 5_000,
    inFlight: { waitMs: 1_000 },
    onLapsed: async ({ key, fencingToken }) => (key.name === fingerprint("a", { b: 1 }) ? "unknown" : { value: { paid: fencingToken.length } }),
    onError: (error) => (error instanceof TypeError ? "release" : "leave"),
    on: (event) => { if (event.type === "lease-lost") event.reason.length; },
  });
  const outcome: Outcome<{ paid: number }> = await idempotency.execute("key", { operation: "charge", body: { credits: 5 } }, ({ key, signal, fencingToken }) => {
    if (signal.aborted) throw new NotApplied("too late", { cause: fencingToken });
    return charge(key.scoped("step").name);
  });
  switch (outcome.status) {
    case "executed": return outcome.stored ? outcome.value.paid : 0;
    case "replayed": return outcome.value.paid;
    case "fenced": return outcome.rejection === "key-expired" ? 0 : outcome.value.paid;
    case "in-flight": return outcome.retryAfterMs;
    case "uncertain": return outcome.fencingToken.length;
    case "fingerprint-mismatch": break;
  }
  // @ts-expect-error: such an outcome has no value.
  outcome.value;
  const claim = await idempotency.claim<number>(IdempotencyKey.random(), { fingerprint: fingerprint("charge") });
  if (claim.status === "claimed") {
    const touched: "applied" | "fencing-mismatch" | "key-expired" | "fingerprint-mismatch" = await claim.touch(1_000);
    if (touched === "applied") await claim.complete(5);
    // @ts-expect-error: another value.
    await claim.complete("5");
    await claim.release();
  }
  const wrapped: (order: string, amount: number) => Promise<number> = idempotency.wrap((order: string, amount: number) => order.length + amount, { key: (order) => order });
  try {
    await wrapped("a", 1);
  } catch (error: unknown) {
    if (error instanceof IdempotencyError && error.code === "in-flight") return error.retryAfterMs ?? 0;
  }
  const stepped = await idempotency.execute("steps", { operation: "order" }, async ({ step }) => (await step("charge", () => 5)) + (await step("mail", async ({ key }) => key.name.length)));
  if (stepped.status === "executed") stepped.value.toFixed();
  const left: number = await idempotency.drain({ timeoutMs: 1_000 });
  const answer = await idempotentFetch("https://shop.test/", { body: "5" }, { key: "order-7", store, attempts: left });
  if (answer.status === 409) return 0;
  // @ts-expect-error: no such option.
  await idempotentFetch("https://shop.test/", {}, { retries: 3 });
  await idempotentFetch("https://shop.test/", {}, { key: "order-7", store, scope: "alice" });
  await idempotentFetch("https://shop.test/", {}, { key: "order-7", store, scope: false });
  const scoped = await idempotency.execute("key", { operation: "charge", scope: "alice" }, () => 5);
  await idempotency.purge("key", { scope: "alice" });
  idempotency.wrap((user: string) => user.length, { key: () => "daily", scope: (user) => user });
  // @ts-expect-error: a scope is text.
  await idempotency.execute("key", { operation: "charge", scope: false }, () => scoped);
  const found: Snapshot | undefined = await idempotency.get("key", { scope: "alice" });
  if (found?.status === "completed") found.value;
  const served = idempotency.handler(
    async (request: { method: string; url: string; headers: { get(name: string): string | null } }, env: { name: string }) => ({ status: env.name.length + request.url.length }),
    { scope: (request) => request.headers.get("authorization") ?? "", requireKey: true },
  );
  await served({ method: "POST", url: "https://shop.test/", headers: { get: () => null } }, { name: "env" });
  new Idempotency(valkeyStore(async (args) => args.length, { prefix: "billing" }), { storeFailure: "open", localReplays: 100 });
  // @ts-expect-error: whose keys they are must be said.
  idempotency.handler(async () => ({ status: 200 }), {});
  // @ts-expect-error: no such option.
  new Idempotency(store, { lease: 5 });
  // @ts-expect-error: no such policy.
  new Idempotency(store, { onLapsed: "ask" });
  return 0;
}
