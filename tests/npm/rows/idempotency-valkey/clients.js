// Three ways to the server, each as one function.
import { createServer } from "node:http";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.TOOLS, "tools.js"));
const { REDIS_URL } = process.env;

export async function nodeRedis() {
  const client = await require("redis").createClient({ url: REDIS_URL }).connect();
  return { command: (args) => client.sendCommand(args), end: () => client.destroy() };
}

export async function ioredis() {
  const { Redis } = require("ioredis");
  const client = new Redis(REDIS_URL);
  return { command: ([name, ...args]) => client.call(name, ...args), end: () => client.disconnect() };
}

/** Commands as JSON arrays, replies as { result } or { error }: what hosted Redis offers to Workers. */
export async function http() {
  const behind = await nodeRedis();
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const said = await behind.command(JSON.parse(text)).then((result) => ({ result }), (error) => ({ error: error.message }));
    response.end(JSON.stringify(said));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    async command(args) {
      const { result, error } = await (await fetch(url, { method: "POST", body: JSON.stringify(args) })).json();
      if (error) throw new Error(error);
      return result;
    },
    async end() {
      server.closeAllConnections();
      server.close();
      await behind.end();
    },
  };
}
