// Doing things once in Node: outcomes, claims, wrapped functions, the Fetch handler; by import and by require.
import { readdir } from "node:fs/promises";

export const manifest = { type: "module" };

export async function run(project) {
  const files = (await readdir(project.folder)).filter((name) => name.endsWith(".test.js")).sort();
  let passed = 0;
  for (const file of files) passed += [...(await project.node("--test-reporter=tap", file)).matchAll(/^ok \d+/gm)].length;
  await project.node("required.cjs");
  return `Node ${process.versions.node}, ${passed} tests`;
}
