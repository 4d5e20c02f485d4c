// The testing kit in Node: the README's examples by import and require, every fault, and both clocks.
import assert from "node:assert/strict";
import { asCommonJs, shown } from "../../readme.mjs";

export const manifest = { type: "module" };

export const TESTING = "balance 400 after 2 attempts\n2 events, 0 charged twice\n";
export const TESTING_TIME = "available 440, ten minutes later 490\n";

export async function run(project) {
  for (const [name, output] of [["testing", TESTING], ["testing-time", TESTING_TIME]]) {
    const code = await shown(name);
    await project.write(`${name}.js`, code);
    await project.write(`${name}.cjs`, asCommonJs(code));
    for (const file of [`${name}.js`, `${name}.cjs`]) {
      assert.equal(await project.node("--require", "./warm.cjs", file), output);
    }
  }
  for (const script of ["faults.js", "late.js", "fake.js", "judge.js", "alone.js", "time.js", "refusals.js"]) await project.node(script);
  return `Node ${process.versions.node}, import and require`;
}
