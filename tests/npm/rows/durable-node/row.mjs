// Durable writes in Node, in virtual time; and every store that Node can have, under one conformance suite.
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { conformance } from "../../conformance.mjs";
import { withIndexedDb } from "../../ends.mjs";
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await cp("tests/npm/rows/known-faults/time.js", join(project.folder, "time.js"));
  await conformance(project);
  await project.write("file-store.js", await shown("store"));
  await project.write("toy-store.js", toyOf(await shown("idempotency")));
  await withIndexedDb(project);
  project.env.TOOLS = project.toolPath("..");
  const files = (await readdir(project.folder)).filter((name) => name.endsWith(".test.js"));
  const outputs = [];
  for (const file of files) outputs.push(await project.node("--test-reporter=tap", file));
  const counted = (mark) => outputs.flatMap((output) => [...output.matchAll(mark)]).length;
  return `Node ${process.versions.node}, ${counted(/^ok \d+/gm)} tests, ${counted(/^\{"cases":28,/gm)} stores conform`;
}

/** The store in the README's other example. */
function toyOf(code) {
  const [toy] = /^const records = [^]*?^};$/m.exec(code) ?? [];
  if (!toy) throw new Error("README.md shows no store of one method under \"tested: idempotency\".");
  return `${toy}\nexport { store };\n`;
}
