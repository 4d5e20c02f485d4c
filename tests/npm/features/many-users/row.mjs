// One server, fifty users, one store: each user's writes are that user's own, whatever nonces the others choose. In virtual time, where
// a write that waits for somebody else's is seen at once, and the machine's speed is not.
import assert from "node:assert/strict";
import { virtual } from "../../virtual.mjs";

export const manifest = { type: "module" };

const RATIO = 1.2;

export async function run(project) {
  const { users, calls, ratio } = JSON.parse(await project.node(...(await virtual(project)), "server.js"));
  assert.ok(ratio < RATIO, `calls whose nonces collide across users take ${ratio} times as long`);
  return `Node, virtual time, ${users} users, ${calls} calls; colliding nonces ×${ratio.toFixed(2)}`;
}
