// Async context: a server gives each request a context of its own, and whatever a call runs for its caller runs in that context.
// In Node, and in workerd, where requests share one client.
import { startWorker } from "../../worker.mjs";
import assert from "node:assert/strict";

export const manifest = { type: "module" };

export async function run(project) {
  const output = await project.node("--test-reporter=tap", "--test", "client.test.js", "idempotency.test.js");
  assert.match(output, /^# fail 0$/m);
  const worker = await startWorker(project, "worker.js", {}, ["nodejs_als"]);
  try {
    const users = Array.from({ length: 10 }, (_, at) => `user-${at}`);
    const told = await Promise.all(users.map(async (name) => (await worker.dispatchFetch(`http://worker.test/${name}`)).text()));
    assert.deepEqual(told, users.map((name) => `${name}: ${name}`));
  } finally {
    await worker.dispose();
  }
  return `Node ${process.versions.node}, workerd ${project.tool("workerd/package.json").version}`;
}
