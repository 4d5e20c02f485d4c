// Money and expiries are what `integers` says; all else that is counted is a number.
import { type Account, type CreateEventResult, type Figure, type LedgerEvent, type Reservation, Shardd } from "shardd-wasm";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

const plain = new Shardd("key");
const exact = new Shardd("key", { integers: "bigint" });
const fromEnv = Shardd.fromEnv({}, { integers: "bigint" });
const derived = exact.withApiKey("other");

same<typeof plain, Shardd<"number">>(true);
same<typeof exact, Shardd<"bigint">>(true);
same<typeof fromEnv, Shardd<"bigint">>(true);
same<typeof derived, Shardd<"bigint">>(true);
same<Figure<"number">, number>(true);
same<Figure<"bigint">, bigint>(true);
same<Figure<"number" | "bigint">, number | bigint>(true);

export async function figures(): Promise<void> {
  const credited = await exact.credit("b", "a", 5);
  same<typeof credited, CreateEventResult<"bigint">>(true);
  same<typeof credited.balance, bigint>(true);
  same<typeof credited.event.amount, bigint>(true);
  same<typeof credited.event.holdExpiresAtUnixMs, bigint | null>(true);
  same<typeof credited.event.createdAtUnixMs, number>(true);
  same<typeof credited.event.originSeq, number>(true);
  same<typeof credited.meta.elapsedMs, number>(true);

  const reserved = await exact.reserve("b", "a", 5, 60_000);
  same<typeof reserved, Reservation<"bigint">>(true);
  same<typeof reserved.expiresAtUnixMs, bigint>(true);
  same<typeof reserved.reservationId, string>(true);
  const account = await exact.getAccount("b", "a");
  same<typeof account, Account<"bigint">>(true);
  const held = account.reservedByOrigin?.["node"];
  same<typeof held, undefined | { reservedAmount: bigint; reservationCount: number; nextExpiryUnixMs: bigint | null; latestExpiryUnixMs: bigint | null }>(true);
  const left: bigint = account.availableBalance - (held?.reservedAmount ?? 0n);
  const heads: number | undefined = account.contributingOrigins?.["node:1"]?.head;
  const page = await exact.listMyBuckets({ limit: 5 });
  const sums: bigint[] = page.buckets.map(({ totalBalance, activeHoldTotal }) => totalBalance - activeHoldTotal);
  const counts: number = page.total + page.limit + page.page;
  const { summary, accounts } = await exact.getMyBucket("b");
  sums.push(summary.availableBalance, ...accounts.map(({ balance }) => balance));
  const health = await exact.health();
  same<typeof health.observedAtUnixMs, number>(true);

  const plainly = await plain.reserve("b", "a", 5n, 60_000);
  same<typeof plainly.expiresAtUnixMs, number>(true);
  same<Awaited<ReturnType<typeof plain.charge>>, CreateEventResult>(true);

  // @ts-expect-error: the two do not mix.
  const wrong: number = credited.balance + 1;
  // @ts-expect-error: nor do results of two modes.
  const other: CreateEventResult = credited;
  // @ts-expect-error: a mode is one of two.
  type Third = LedgerEvent<"string">;
  // @ts-expect-error: such a client gives bigints.
  const shardd: Shardd = exact;
  void [left, heads, sums, counts, wrong, other, shardd];
}
