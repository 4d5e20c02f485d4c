// Durable writes in Node, in virtual time; and every store that Node can have, under one conformance suite.
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await cp("tests/npm/rows/known-faults/time.js", join(project.folder, "time.js"));
  await project.write("file-store.js", await shown("store"));
  const files = (await readdir(project.folder)).filter((name) => name.endsWith(".test.js"));
  const outputs = [];
  for (const file of files) outputs.push(await project.node("--test-reporter=tap", file));
  const passed = outputs.flatMap((output) => [...output.matchAll(/^ok \d+/gm)]).length;
  return `Node ${process.versions.node}, ${passed} tests`;
}
