// How many of so many reads after a failover show the write before it, with `after` and without.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";

const REPLICATION_MS = 300;
const TOGETHER = 5;
/** How the region ends: its port closes, or it drops what it is sent. */
const ENDS = ["refuse", "reset-before"];

async function order(path, body) {
  const response = await fetch(process.env.CONTROL + path, { method: "POST", body: JSON.stringify(body) });
  assert.equal(response.status, 200, path);
}

const edges = process.env.SHARDD_EDGES.split(",");
for (const from of edges.keys()) {
  for (const to of edges.keys()) if (from !== to) await order("/links", { from, to, delay_ms: REPLICATION_MS });
}

const counts = { fresh: 0, stale: 0 };
const times = Number(process.argv[2]);
for (let round = 0; round * TOGETHER < times; round++) {
  const accounts = Array.from({ length: Math.min(TOGETHER, times - round * TOGETHER) }, (_, n) => `round-${round}-${n}`);
  const shardd = Shardd.fromEnv();
  const written = await Promise.all(accounts.map((account) => shardd.credit("own-writes", account, 7)));
  const [edge] = new Set(written.map(({ meta }) => meta.edge));
  const region = edges.indexOf(edge);
  await order(`/regions/${region}/fault`, { kind: ENDS[round % ENDS.length] });
  await Promise.all(accounts.map(async (account, n) => {
    // Only a look, and no claim: a slow machine finds everything replicated.
    const other = edges[(region + 1) % edges.length];
    const old = shardd.getAccount("own-writes", account, { edge: other }).then(({ balance }) => (counts.stale += balance !== 7));
    const { balance } = await shardd.getAccount("own-writes", account, { after: written[n] });
    assert.equal(balance, 7, `${account}: an old balance after a failover`);
    counts.fresh++;
    await old;
  }));
  shardd.close();
  await order(`/regions/${region}/revive`, {});
}
console.log(JSON.stringify(counts));
