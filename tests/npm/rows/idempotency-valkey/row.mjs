// Keys in a real Valkey or Redis: through node-redis, ioredis, and an HTTP endpoint that knows nothing but text.
import { conformance } from "../../conformance.mjs";
import { startRedis } from "../../redis.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  const server = await startRedis();
  if (!server) return "SKIPPED: no valkey-server, no redis-server";
  try {
    await conformance(project);
    project.env.REDIS_URL = server.url;
    project.env.TOOLS = project.toolPath("..");
    const output = await project.node("--test-reporter=tap", "valkey.test.js");
    const counted = (mark) => [...output.matchAll(mark)].length;
    return `${server.program}, ${counted(/^ok \d+/gm)} tests, ${counted(/^\{"store"/gm)} × the table`;
  } finally {
    await server.end();
  }
}
