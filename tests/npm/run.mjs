// The packed package in real projects: node tests/npm/run.mjs <tarball> [--all] [row…]
//
// A row is a folder under rows/ with a row.mjs ({ manifest?, run(project) → what it ran on }) and one line here.
import { startLedger } from "./ledger.mjs";
import { Project } from "./project.mjs";

const ROWS = [
  { row: "node-esm" },
  { row: "node-cjs" },
  { row: "entries" },
  { row: "workerd" },
  { row: "page-esbuild" },
  { row: "types" },
  { row: "client" },
  { row: "own-writes" },
  { row: "recovery" },
  { row: "worker-lifetime" },
  { row: "worker-storm" },
  { row: "page-key" },
  { row: "testing-node" },
  { row: "testing-workerd" },
  { row: "testing-page" },
  { row: "testing-http" },
  { row: "idempotency-node" },
  { row: "idempotency-page" },
  { row: "idempotency-workerd" },
  { row: "idempotency-valkey" },
  { row: "idempotency-bundle" },
  { row: "known-faults" },
  { row: "parity" },
  { row: "readme" },
  { row: "durable-node" },
  { row: "durable-page" },
  { row: "durable-workerd" },
  { row: "durable-chaos", slow: true },
  { row: "examples" },
  { row: "worker-proxy" },
  { row: "deno", slow: true },
  { row: "bun", slow: true },
];

async function one({ row }, tarball, all) {
  const from = performance.now();
  const result = { row, engine: "–", error: null };
  let ledger;
  try {
    ledger = await startLedger();
    const { manifest, run } = await import(`./rows/${row}/row.mjs`);
    const project = new Project(row, ledger, all);
    await project.create(tarball, manifest);
    result.engine = await run(project);
  } catch (error) {
    result.error = error;
  } finally {
    await ledger?.end();
  }
  return { ...result, elapsedMs: Math.round(performance.now() - from) };
}

async function main([tarball, ...flags]) {
  const named = flags.filter((flag) => flag !== "--all");
  if (!tarball || named.some((name) => !ROWS.some(({ row }) => row === name))) {
    console.error("usage: node tests/npm/run.mjs <tarball> [--all] [row…]");
    return 2;
  }
  const rows = ROWS.filter(({ row, slow }) => (named.length > 0 ? named.includes(row) : !slow || flags.includes("--all")));
  const results = [];
  // One after another: a row that shares two cores with another one measures its neighbour.
  for (const row of rows) {
    const result = await one(row, tarball, flags.includes("--all"));
    results.push(result);
    const mark = result.error ? "✗" : "✓";
    console.log(`  ${mark} ${result.row.padEnd(21)}${result.engine.padEnd(44)}${String(result.elapsedMs).padStart(7)} ms`);
  }
  const failed = results.filter((result) => result.error);
  for (const { row, error } of failed) console.error(`\n  ${row}: ${error.message}`);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
