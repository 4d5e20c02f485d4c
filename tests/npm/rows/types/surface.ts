// Everything the quickstart leaves out, as a strict project would write it. No name of a platform is used, so that
// it compiles where `lib` has neither the DOM nor Node.
import { InsufficientFundsError, ShardError, Shardd, isShardError } from "shardd-wasm";
import { init } from "shardd-wasm/slim";

export async function surface(log: (...words: unknown[]) => void, own: (url: string, request: object) => Promise<any>): Promise<number> {
  const shardd: Shardd = new Shardd("key", {
    edges: ["https://eu.example.com"],
    timeoutMs: 5_000,
    fetch: (url, request) => own(url, request),
    onEvent: (event) => {
      if (event.type === "failover") log(event.to, event.reason);
    },
  });
  const result = await shardd.createEvent("bucket", "account", -5n, { note: "a note", skipHold: true });
  const deduplicated: boolean = result.deduplicated;
  const { accounts } = await shardd.getBalances("bucket", { timeoutMs: 1_000 });
  const { ready } = await shardd.health();
  const pinned = shardd.edgeTable().find((edge) => edge.pinned);
  try {
    await shardd.charge("bucket", "account", 1, { idempotencyNonce: "one" });
  } catch (error: unknown) {
    if (error instanceof InsufficientFundsError) return error.availableBalance ?? 0;
    if (isShardError(error) && error.outcome === "unknown") return error.attempts;
    if (error instanceof ShardError) log(error.code, error.idempotencyNonce, error.toJSON());
  }
  // @ts-expect-error: an amount is whole credits, not text.
  await shardd.credit("bucket", "account", "5");
  // @ts-expect-error: unknown options are refused by the types, too.
  new Shardd("key", { timeout: 5 });
  const exact = new Shardd(async () => "token", {
    integers: "bigint",
    discover: "api.example.com",
    rememberEdge: { get: () => null, set: (url) => log(url) },
    waitUntil: (promise) => log(promise),
  });
  const reservation = await exact.reserve("bucket", "account", 5n, 60_000);
  const total: bigint = reservation.availableBalance + (await exact.getBalances("bucket")).totalBalance;
  const account = await exact.getAccount("bucket", "account", { after: reservation });
  for await (const event of exact.myEvents({ bucket: "bucket" })) log(event.amount + account.balance + total, event.createdAtUnixMs);
  for await (const { bucket } of exact.withApiKey("other").myBuckets()) log(bucket);
  // @ts-expect-error: a number in this mode would be a rounded one.
  const rounded: number = account.balance;
  // @ts-expect-error: such a client has no bigint.
  const mixed: bigint = result.balance;
  // @ts-expect-error: a credit holds nothing.
  await shardd.credit("bucket", "account", 5, { holdAmount: 5 });
  // @ts-expect-error: the key's function gives text.
  new Shardd(() => 5);
  exact.close();
  log(rounded, mixed, reservation.expiresAtUnixMs);
  await init(new Uint8Array());
  return deduplicated || ready ? (accounts[0]?.balance ?? 0) : (pinned?.rttMs ?? 0);
}
