// Cloudflare Workers: the README's worker in workerd, and the story.
import assert from "node:assert/strict";
import { Control } from "../../control.mjs";
import { shown } from "../../readme.mjs";
import { bring, heard, setting } from "../../told.mjs";
import { startWorker } from "../../worker.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await new Control(project.ledger).replicateAtOnce();
  await project.write("worker.js", await shown("worker"));
  const worker = await startWorker(project, "worker.js", project.env);
  try {
    await credited(project);
    // The later requests share the client that the first one made.
    for (const balance of [499, 498, 497]) {
      const response = await worker.dispatchFetch("http://worker/");
      assert.deepEqual(await response.json(), { balance });
    }
  } finally {
    await worker.dispose();
  }
  await tells(project);
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

async function tells(project) {
  await bring(project);
  const worker = await startWorker(project, "tell.js");
  try {
    const response = await worker.dispatchFetch("http://worker/", { method: "POST", body: setting(project, "workerd") });
    heard(project, await response.text(), "a Worker");
  } finally {
    await worker.dispose();
  }
}

// The worker only charges; a project in Node puts the credits there.
async function credited(project) {
  await project.write("credit.js", `import { Shardd } from "shardd-wasm";
await Shardd.fromEnv().credit("my-app", "user:alice", 500, { minAcks: 2 });
`);
  await project.node("credit.js");
}
