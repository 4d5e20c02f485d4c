// Every call takes what it can use, and nothing else.
import { type CallOptions, type EventPosition, type LedgerEvent, type MyBucketSummary, Shardd } from "shardd-wasm";

declare const shardd: Shardd;
declare const position: EventPosition;
declare const exact: Shardd<"bigint">;

export async function calls(): Promise<void> {
  const call: CallOptions = { timeoutMs: 5, edge: "https://a.example", waitUntil: (promise) => void promise };
  const written = await shardd.charge("b", "a", 5n, { ...call, note: "n", minAcks: 1, maxOverdraft: 5n, holdAmount: 5, holdExpiresAtUnixMs: 5n });
  await shardd.createEvent("b", "a", -5, { settleReservation: "id", skipHold: false, ...call });
  await shardd.createMyBucketEvent("b", "a", -5, { releaseReservation: "id", ...call });
  const { reservationId } = await shardd.reserve("b", "a", 5, 60_000, { maxOverdraft: 5, note: "n", ...call });
  await shardd.settle("b", "a", reservationId, 5, { idempotencyNonce: "n", ...call });
  await shardd.release("b", "a", reservationId, { ackTimeoutMs: 5, minAcks: 1, ...call });

  for (const after of [written, written.event, position, { event: position }, undefined]) await shardd.getAccount("b", "a", { after, ...call });
  await shardd.getAccount("b", "a", { after: await exact.credit("b", "a", 5) });
  await shardd.getAccount("b", "a", { after: await exact.reserve("b", "a", 5, 60_000) });
  await Promise.all([shardd.edges(call), shardd.health(), shardd.health(undefined, call), shardd.health("https://a.example"), shardd.listEvents("b", call)]);
  await shardd.listMyEvents({ bucket: "b", eventType: "standard", sinceMs: 1, replication: true, ...call });
  const { eventId } = await shardd.deleteMyBucket("b", call);
  const id: string | null = eventId;

  // Pages, row by row.
  const names: string[] = [];
  for await (const row of shardd.myBuckets({ q: "b", limit: 5, ...call })) names.push((row satisfies MyBucketSummary).bucket);
  for await (const row of shardd.myBucketEvents("b", { account: "a", page: 2 })) names.push((row satisfies LedgerEvent).eventId);
  for await (const row of exact.myEvents({ offset: 5, search: "x" })) names.push((row satisfies LedgerEvent<"bigint">).eventId);
  const pages = shardd.myBuckets();
  const first = await pages.next();
  if (!first.done) names.push(first.value.bucket);
  await pages.return();

  // @ts-expect-error: a fraction is a number to TypeScript, but text is not.
  await shardd.charge("b", "a", "5");
  // @ts-expect-error: three things at least.
  await shardd.charge("b", "a");
  // @ts-expect-error: unknown.
  await shardd.charge("b", "a", 5, { nonce: "n" });
  // @ts-expect-error: a reservation's hold is its amount.
  await shardd.reserve("b", "a", 5, 60_000, { holdAmount: 5 });
  // @ts-expect-error: it wants a time.
  await shardd.reserve("b", "a", 5, { note: "n" });
  // @ts-expect-error: of a number.
  await shardd.reserve("b", "a", 5, new Date());
  // @ts-expect-error: a settlement cannot overdraw.
  await shardd.settle("b", "a", reservationId, 5, { maxOverdraft: 5 });
  // @ts-expect-error: an id before the amount.
  await shardd.settle("b", "a", 5, reservationId);
  // @ts-expect-error: nothing to hold when a hold is given back.
  await shardd.release("b", "a", reservationId, { skipHold: true });
  // @ts-expect-error: a charge settles nothing; createEvent and settle do.
  await shardd.charge("b", "a", 5, { settleReservation: "id" });
  // @ts-expect-error: `after` is a write's result.
  await shardd.getAccount("b", "a", { after: "event" });
  // @ts-expect-error: with all three of its parts.
  await shardd.getAccount("b", "a", { after: { originNodeId: "n", originSeq: 1 } });
  // @ts-expect-error: only accounts know how far they are.
  await shardd.getBalances("b", { after: written });
  // @ts-expect-error: buckets come in pages, not at an offset.
  shardd.myBuckets({ offset: 5 });
  // @ts-expect-error: events of all buckets come at an offset, not in pages.
  shardd.myEvents({ page: 5 });
  // @ts-expect-error: an iterable is no promise.
  void shardd.myBuckets().then();
  // @ts-expect-error: a promise is no iterable.
  for await (const row of shardd.listMyBuckets()) void row;
  // @ts-expect-error: nothing is synchronous about a call.
  void shardd.charge("b", "a", 5).balance;
  void [id, names];
}
