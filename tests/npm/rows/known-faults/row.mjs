// The 24 faults that the official clients have, one named test each: docs/parity.md lists them, and this row runs what it lists.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";

export const manifest = { type: "module" };

export async function run(project) {
  const files = (await readdir(project.folder)).filter((name) => name.endsWith(".test.js"));
  const outputs = [];
  // One after another, like the rows: each has a whole ledger in it.
  for (const file of files) outputs.push(await project.node("--test-reporter=tap", file));
  const passed = outputs.flatMap((output) => [...output.matchAll(/^ok \d+ - (\w+)/gm)].map(([, name]) => name)).sort();
  const listed = [...(await readFile("docs/parity.md", "utf8")).matchAll(/`(point_\d\d_\w+)`/g)].map(([, name]) => name);
  assert.deepEqual(passed, listed, "docs/parity.md lists other tests than those that were run");
  assert.deepEqual(listed.map((name) => Number(name.slice(6, 8))), Array.from({ length: 24 }, (_, at) => at + 1));
  return `Node ${process.versions.node}, virtual time`;
}
