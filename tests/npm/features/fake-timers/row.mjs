// Fake timers of test runners, and zone.js: a call under them answers, and none of them stops a later call of any client.
// (Jest's and Sinon's defaults replace queueMicrotask and nextTick too; Vitest's leave those two alone.)
import assert from "node:assert/strict";

export const manifest = { type: "module" };

export async function run(project) {
  const clocks = project.tool("@sinonjs/fake-timers/package.json").version;
  project.env.FAKE_TIMERS = project.toolPath("@sinonjs", "fake-timers", "src", "fake-timers-src.js");
  project.env.ZONE = project.toolPath("zone.js", "bundles", "zone.umd.js");
  const output = await project.node("--test-reporter=tap", "--test", "fake-timers.test.js", "zone.test.js");
  assert.match(output, /^# fail 0$/m);
  return `Node ${process.versions.node}, fake-timers ${clocks}, zone.js ${project.tool("zone.js/package.json").version}`;
}
