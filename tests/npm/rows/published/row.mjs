// What a registry and its users would find wrong with the tarball: publint, attw, and README.md's table of runtimes.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { namedInReadme } from "../../matrix.mjs";
import { ROWS } from "../../run.mjs";

/** Workers and `.wasm` imports know only ES modules: nobody can require these, and nothing but bundlers resolves them. */
const IMPORTED = ["workerd", "testing/workerd", "idempotency/workerd", "wasm"];

export async function run(project) {
  const publint = project.toolPath("publint", "src", "cli.js");
  await project.node(publint, "--strict", project.tarball);
  const attw = (...args) => project.node(project.toolPath("@arethetypeswrong", "cli", "dist", "index.js"), project.tarball, "--no-definitely-typed", "--no-emoji", "--no-color", ...args);
  await attw("--exclude-entrypoints", ...IMPORTED);
  await attw("--profile", "esm-only", "--entrypoints", ...IMPORTED);
  const rows = ROWS.filter(({ reach }) => reach).map(({ reach }) => reach);
  assert.deepEqual(await namedInReadme(), rows, "README.md's table of runtimes: node tests/npm/matrix.mjs --write");
  const version = async (...tool) => JSON.parse(await readFile(project.toolPath(...tool, "package.json"), "utf8")).version;
  return `publint ${await version("publint")}, attw ${await version("@arethetypeswrong", "cli")}`;
}
