// What ran where: kept in target/npm/matrix.json, and README.md's table of runtimes, which `node tests/npm/matrix.mjs --write` makes of
// it. (First `cargo xtask test package --all`, for every row.)
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const FILE = resolve("target", "npm", "matrix.json");
const TABLE = /(<!-- runtimes -->\n)([^]*?)(<!-- \/runtimes -->)/;

/** Keeps the results of rows beside what is known of the others. */
export async function keep(results) {
  const rows = await kept();
  for (const { row, reach, engine, tellings, missing, error, elapsedMs } of results) {
    if (reach) rows[row] = { reach, engine, tellings, missing, error: error?.message ?? null, elapsedMs };
  }
  await writeFile(FILE, `${JSON.stringify(rows, null, 2)}\n`);
}

const kept = () => readFile(FILE, "utf8").then(JSON.parse, () => ({}));

/** The names in README.md's table. */
export async function namedInReadme() {
  const [, , table] = TABLE.exec(await readFile("README.md", "utf8")) ?? [];
  if (table === undefined) throw new Error("README.md has no table of runtimes between its markers.");
  return table.split("\n").slice(2).filter(Boolean).map((line) => line.split(" | ")[0].replace(/^\| /, ""));
}

async function write(rows) {
  const results = await kept();
  const lines = rows.filter(({ reach }) => reach).map(({ row, reach }) => {
    const result = results[row];
    if (!result || result.error || result.missing) throw new Error(`${row}: ${result?.error ?? result?.missing ?? "has not run"}`);
    return `| ${reach} | ${result.engine} |`;
  });
  const table = ["| where | tried with |", "|---|---|", ...lines, ""].join("\n");
  const text = await readFile("README.md", "utf8");
  await writeFile("README.md", text.replace(TABLE, (_, before, __, after) => before + table + after));
}

// Not awaited: run.mjs imports this file, and would wait for it for ever.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] !== "--write") throw new Error("usage: node tests/npm/matrix.mjs --write");
  import("./run.mjs").then(({ ROWS }) => write(ROWS));
}
