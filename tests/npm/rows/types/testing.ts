// The testing kit in a strict project, without a name of a platform.
import { type LedgerEvent, Shardd } from "shardd-wasm";
import { type LocalFault, type LocalShardd, localShardd } from "shardd-wasm/testing";

export async function testing(): Promise<number> {
  const local: LocalShardd = localShardd({
    regions: [{ delayMs: 5 }, {}],
    replicationMs: 20,
    seed: 1,
    clock: "virtual",
    startUnixMs: 1_800_000_000_000,
    spread: true,
    keys: [{ token: "key", buckets: { prefix: "app-" }, scopes: ["read"], credits: 5 }],
  });
  const shardd = new Shardd("key", { fetch: local.fetch, edges: local.edges });
  const rule: LocalFault = { kind: "status", status: 429, retry_after: 2, only: "events", count: 1 };
  local.fault(0, rule);
  local.fault(0, null);
  local.fault("all", { kind: "hold", hold_ms: 3_000 });
  local.fault(1, { kind: "late-write", delay_ms: 1_500 });
  local.link(0, 1, { up: false });
  await local.advance(5);
  await local.settled();
  const [event]: LedgerEvent[] = local.events(1);
  const doubled = local.storms().map(({ winner, loser }) => winner.createdAtUnixMs - loser.createdAtUnixMs);
  const asked = local.requests()[0]?.["POST /events"] ?? 0;
  shardd.edgeTable();
  // @ts-expect-error: no such fault.
  local.fault(0, { kind: "blackhole" });
  // @ts-expect-error: no such region.
  local.fault("every", null);
  // @ts-expect-error: members are as the control endpoint has them.
  local.fault(0, { kind: "delay", delayMs: 5 });
  // @ts-expect-error: no such option.
  localShardd({ region: 3 });
  local[Symbol.dispose]();
  return (event?.amount ?? 0) + doubled.length + asked;
}
