// The packed package in real projects: node tests/npm/run.mjs <tarball> [--all] [row…], or --timed [--all]
//
// A row is a folder under features/ or rows/ with a row.mjs ({ manifest?, missing() → why it cannot run here?, run(project) → what it
// ran on }) and one line here. Those with a `reach` tell the story (story.mjs) and are README.md's table of runtimes, by that name. Those
// that are `timeless` have neither real time nor a browser; of the others `--timed` lists the names, for `cargo xtask test --stress`.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startLedger } from "./ledger.mjs";
import { keep } from "./matrix.mjs";
import { Project, sourceOf } from "./project.mjs";

export const ROWS = [
  { row: "node-esm", reach: "Node, `import`" },
  { row: "node-cjs", reach: "Node, `require`" },
  { row: "node-newest", reach: "the newest Node, both", slow: true },
  { row: "deno", reach: "Deno", slow: true },
  { row: "bun", reach: "Bun", slow: true },
  { row: "workerd", reach: "Cloudflare Workers" },
  { row: "wrangler", reach: "Cloudflare Workers, bundled by wrangler", slow: true },
  { row: "next", reach: "Next.js: server component, route handler, edge route, client component", slow: true },
  { row: "page-plain", reach: "a plain `<script type=\"module\">`" },
  { row: "page-esbuild", reach: "esbuild: ES module, classic script" },
  { row: "vite", reach: "Vite: development, build, `slim`", slow: true },
  { row: "webpack", reach: "webpack: production, development, `slim`", slow: true },
  { row: "rollup", reach: "Rollup: ES module, classic script", slow: true },
  { row: "parcel", reach: "Parcel", slow: true },
  { row: "web-worker", reach: "a Web Worker: module, classic" },
  { row: "service-worker", reach: "a service worker" },
  { row: "firefox", reach: "Firefox: plain, bundled, Web Workers", slow: true },
  { row: "webkit", reach: "WebKit, in place of Safari: plain, bundled, Web Workers", slow: true },
  { row: "published", timeless: true },
  { row: "entries", timeless: true },
  { row: "types", timeless: true },
  { row: "client", timeless: true },
  { row: "own-writes" },
  { row: "recovery" },
  { row: "late-bytes" },
  { row: "many-users", timeless: true },
  { row: "one-profile" },
  { row: "answers", timeless: true },
  { row: "reading", timeless: true },
  { row: "contexts" },
  { row: "fake-timers" },
  { row: "worker-lifetime" },
  { row: "worker-storm" },
  { row: "page-key" },
  { row: "testing-node" },
  { row: "testing-workerd" },
  { row: "testing-page" },
  { row: "testing-http" },
  { row: "idempotency-node", timeless: true },
  { row: "idempotency-page" },
  { row: "idempotency-workerd" },
  { row: "idempotency-valkey" },
  { row: "idempotency-bundle", timeless: true },
  { row: "known-faults", timeless: true },
  { row: "parity", timeless: true },
  { row: "readme" },
  { row: "durable-node" },
  { row: "durable-page" },
  { row: "durable-workerd" },
  { row: "durable-chaos", slow: true },
  { row: "examples" },
  { row: "worker-proxy" },
];

async function one({ row, reach }, tarball, all) {
  const from = performance.now();
  const result = { row, reach, engine: "–", tellings: 0, missing: null, error: null };
  let ledger;
  try {
    const { manifest, missing, run } = await import(pathToFileURL(join(sourceOf(row), "row.mjs")));
    result.missing = missing?.() ?? null;
    if (result.missing) return { ...result, elapsedMs: 0 };
    ledger = await startLedger();
    const project = new Project(row, ledger, all);
    await project.create(tarball, manifest);
    result.engine = await run(project);
    result.tellings = project.tellings;
    if (reach && result.tellings === 0) throw new Error("the story was not told");
  } catch (error) {
    result.error = error;
  } finally {
    await ledger?.end();
  }
  return { ...result, elapsedMs: Math.round(performance.now() - from) };
}

const line = (mark, row, engine, story, time) => `  ${mark} ${row.padEnd(21)}${engine.padEnd(44)}${story.padEnd(9)}${time.padStart(11)}`;

/** Names, one a line. */
function listTimed(all) {
  for (const { row, slow, timeless } of ROWS) if (!timeless && (all || !slow)) console.log(row);
  return 0;
}

async function main([tarball, ...flags]) {
  if (tarball === "--timed") return listTimed(flags.includes("--all"));
  const named = flags.filter((flag) => flag !== "--all");
  if (!tarball || named.some((name) => !ROWS.some(({ row }) => row === name))) {
    console.error("usage: node tests/npm/run.mjs <tarball> [--all] [row…]");
    return 2;
  }
  const rows = ROWS.filter(({ row, slow }) => (named.length > 0 ? named.includes(row) : !slow || flags.includes("--all")));
  const results = [];
  console.log(line(" ", "row", "engine or bundler, version", "story", "time"));
  const inTurn = async (queue) => {
    while (queue.length > 0) {
      const row = queue.shift();
      const result = await one(row, tarball, flags.includes("--all"));
      results.push(result);
      const mark = result.error ? "✗" : result.missing ? "–" : "✓";
      const story = result.tellings > 0 ? `told ×${result.tellings}` : "";
      console.log(line(mark, row.row, result.missing ?? result.engine, story, `${result.elapsedMs} ms`));
    }
  };
  // Those with real time mostly wait, so two of them share the machine; `--stress` shows that each holds beside busy loops. Those without keep a core busy.
  const [timeless, timed] = [true, false].map((wanted) => rows.filter(({ timeless = false }) => timeless === wanted));
  await Promise.all([inTurn(timeless), inTurn(timed), inTurn(timed)]);
  await keep(results);
  const missing = results.filter((result) => result.missing).length;
  const failed = results.filter((result) => result.error);
  for (const { row, error } of failed) console.error(`\n  ${row}: ${error.message}`);
  const cannot = missing > 0 ? `, ${missing} cannot run here` : "";
  console.log(`\n${results.length - failed.length - missing} passed, ${failed.length} failed${cannot}`);
  return failed.length > 0 ? 1 : 0;
}

// Not awaited: a row that imports this file would wait for it for ever.
if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2)).then((code) => (process.exitCode = code));
