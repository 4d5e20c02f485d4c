// The testing kit in workerd: the README's examples in a Worker.
import assert from "node:assert/strict";
import { asWorker, shown } from "../../readme.mjs";
import { startWorker } from "../../worker.mjs";
import { TESTING, TESTING_TIME } from "../testing-node/row.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await answers(project, "testing", TESTING);
  await answers(project, "testing-time", TESTING_TIME);
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

async function answers(project, name, output) {
  await project.write(`${name}.js`, asWorker(await shown(name)));
  const worker = await startWorker(project, `${name}.js`);
  try {
    // Twice: each request makes a ledger of its own in the module that the first one started.
    for (let request = 0; request < 2; request++) {
      const response = await worker.dispatchFetch("http://worker/");
      assert.equal(await response.text(), output);
    }
  } finally {
    await worker.dispose();
  }
}
