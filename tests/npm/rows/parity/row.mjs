// The README's table of the official clients' methods and options: nothing of theirs is left out, and all of ours exists,
// in the typings and in the packed package. The README's tables of options and errors are held to the same.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { invented, missing, parityTable, untrue } from "../../../parity/table.mjs";
import { typed } from "./typed.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  const official = JSON.parse(await readFile("tests/parity/official.json", "utf8"));
  const readme = await readFile("README.md", "utf8");
  const table = parityTable(readme);
  const here = typed(project.tool("typescript-oldest"), join(project.folder, "node_modules", "shardd-wasm", "dist", "index.d.ts"));
  assert.deepEqual([...missing(table, official), ...untrue(table, here), ...invented(table, official)], []);
  bites(table, official, here);
  assert.deepEqual(firstCells(readme, "Options").map(([name]) => name).sort(), [...here.options].sort());
  const classes = firstCells(readme, "Errors");
  assert.equal(classes.length, here.errors.length - ["ShardError", "isShardError"].length);
  await project.write("here.json", JSON.stringify({ ...here, classes }));
  await project.node("exists.js");
  await fromRust(table);
  return `${table.length} rows, ${Object.keys(official).length} clients`;
}

/** A table without a row, or with a name that nobody has, is found out. */
function bites(table, official, here) {
  for (const [at, row] of table.entries()) {
    const without = table.filter((_, each) => each !== at);
    assert.ok(missing(without, official).length + untrue(without, here).length > 0, `nobody misses ${row.ours} (${row.kind})`);
    assert.ok(untrue([...without, { ...row, ours: [...row.ours, "nonsense"] }], here).some((sentence) => sentence.startsWith("nonsense")));
  }
}

/** The names in backticks at the beginning of a section's rows, one array for each row. */
function firstCells(readme, section) {
  const text = readme.split(`\n## ${section}\n`)[1].split("\n## ")[0];
  return [...text.matchAll(/^\| `(\w+)` \| (?:`(\w+)`)?/gm)].map(([, name, second]) => [name, second]);
}

/** What an official client can do, the Rust client can under the same name. */
async function fromRust(table) {
  const folder = join("src", "client");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".rs"));
  const source = (await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
  const calls = table.filter(({ kind, cells }) => kind === "calls" && cells.Rust.same).flatMap(({ ours }) => ours);
  assert.ok(calls.length > 15);
  for (const call of calls) {
    const name = call.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    assert.match(source, new RegExp(`pub (async )?fn ${name}\\b`), `the Rust client has no ${name}`);
  }
}
