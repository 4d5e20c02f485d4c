// A route handler in the edge runtime, which refuses to compile bytes; with the other two parts that have a wasm of their own.
import * as shardd from "shardd-wasm";
import { Idempotency } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { serverTale } from "../tale";

export const runtime = "edge";

export async function GET() {
  const local = localShardd();
  const client = new shardd.Shardd("test", { fetch: local.fetch, edges: local.edges });
  const { balance } = await client.credit("edge", "alice", 5);
  const idempotency = new Idempotency(memoryStore());
  const { status } = await idempotency.execute("once", { operation: "once" }, () => balance);
  local.dispose();
  return status === "executed" && balance === 5 ? new Response(await serverTale(shardd, "edge")) : new Response(`${status} ${balance}`);
}
