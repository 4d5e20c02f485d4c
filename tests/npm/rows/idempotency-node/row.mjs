// Doing things once in Node, in virtual time: outcomes, claims, wrapped functions, the Fetch handler. The README's example by import and by
// require.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { asCommonJs, shown } from "../../readme.mjs";
import { virtual } from "../../virtual.mjs";

export const manifest = { type: "module" };

const README = "executed: order 7 is parcel 1\nreplayed: order 7 is parcel 1\nexecuted: order 8 is parcel 2\n";

export async function run(project) {
  const files = (await readdir(project.folder)).filter((name) => name.endsWith(".test.js")).sort();
  const how = await virtual(project);
  let passed = 0;
  for (const file of files) passed += [...(await project.node(...how, "--test-reporter=tap", file)).matchAll(/^ok \d+/gm)].length;
  await project.node("required.cjs");
  assert.equal(await project.node("open-claim.js"), "claimed\n");
  const code = await shown("idempotency");
  await project.write("shown.js", code);
  await project.write("shown.cjs", asCommonJs(code));
  for (const script of ["shown.js", "shown.cjs"]) assert.equal(await project.node(script), README);
  return `Node ${process.versions.node}, ${passed} tests`;
}
