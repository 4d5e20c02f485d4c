// Redis over connections that are cut, before a command arrives and after it was carried out: through clients that connect again, one of
// which sends again by itself what it got no reply to.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { count, listed, put, read, remove } from "./places.js";
import { relay } from "./relay.js";
import { startRedis } from "./server.js";
import { redisCasStore } from "shardd-wasm/stores";

const require = createRequire(join(process.env.TOOLS, "tools.js"));
const server = await startRedis();
test.after(() => server?.end());

async function nodeRedis(path) {
  const client = require("redis").createClient({ socket: { path } }).on("error", () => {});
  await client.connect();
  return { command: (args) => client.sendCommand(args), end: () => client.destroy() };
}

async function ioredis(path, options) {
  const { Redis } = require("ioredis");
  const client = new Redis({ path, ...options }).on("error", () => {});
  return { command: ([name, ...args]) => client.call(name, ...args), end: () => client.disconnect() };
}

const CLIENTS = {
  "node-redis": nodeRedis,
  "ioredis, which sends again": ioredis,
  "ioredis, which does not": (path) => ioredis(path, { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0, retryStrategy: () => 1 }),
};

/** A client behind a relay, and a store of its own part of the server. */
async function cut(connect, work) {
  const folder = mkdtempSync(join(tmpdir(), "shardd-relay-"));
  const path = join(folder, "relay.sock");
  const line = await relay(server.socket, path);
  const client = await connect(path);
  const prefix = `${Math.random()}:`;
  try {
    await work({ line, store: redisCasStore(client.command, { prefix }), other: redisCasStore(server.command, { prefix }) });
  } finally {
    client.end();
    line.end();
    rmSync(folder, { recursive: true });
  }
}

const reads = (text) => text.includes("EVAL") && text.includes("TIME");
const writes = (text) => text.includes("EVAL") && text.includes("PEXPIREAT");

for (const [client, connect] of Object.entries(CLIENTS)) {
  test(`redisCasStore through ${client}: nothing is done twice, nothing forgotten`, { skip: !server }, async () => {
    for (const [what, when] of Object.entries({ reads, writes })) {
      for (const before of [true, false]) {
        await cut(connect, async ({ line, store }) => {
          for (let wanted = 1; wanted <= 3; wanted++) {
            line.cut(when, { before });
            assert.equal(await count(store), wanted, `${what}, ${before ? "before" : "after"}`);
            assert.ok(line.isCut);
          }
          line.cut(writes, { before });
          assert.equal(await remove(store, "count"), "removed");
          assert.equal(await read(store, "count"), undefined);
          await put(store, "k", [1]);
          for (const command of ["SCAN", "GET"]) {
            line.cut((text) => text.includes(`\n${command}\r`), { before });
            assert.deepEqual(await listed(store), [["k", [1]]]);
            assert.ok(line.isCut);
          }
        });
      }
    }
  });

  test(`redisCasStore through ${client}, forty at once`, { skip: !server }, async () => {
    for (const before of [true, false]) {
      await cut(connect, async ({ line, store, other }) => {
        await count(store);
        line.cut(writes, { before });
        const replies = await Promise.all(Array.from({ length: 40 }, (_, at) => count(at % 2 ? store : other)));
        assert.ok(line.isCut);
        assert.deepEqual(replies.sort((a, b) => a - b), Array.from({ length: 40 }, (_, at) => at + 2));
      });
    }
  });
}

test("redisCasStore: what the server refuses is not asked again, and nothing was written", { skip: !server }, async () => {
  for (const [text, written] of [["OOM command not allowed when used memory > 'maxmemory'.", false], ["READONLY You can't write against a read only replica.", false], ["ERR script gone", null]]) {
    let writesSeen = 0;
    const store = redisCasStore(async (args) => {
      if (!args[1].includes("PEXPIREAT")) return server.command(args);
      writesSeen++;
      throw new Error(text);
    });
    await assert.rejects(count(store), { name: "StoreError", reason: "failed", written, message: /refused a command/ });
    assert.equal(writesSeen, 1, text);
  }
});

test("redisCasStore: a server that is not there is asked twice", async () => {
  let asked = 0;
  const store = redisCasStore(async () => {
    asked++;
    throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), { code: "ECONNREFUSED" });
  });
  await assert.rejects(count(store), { name: "StoreError", reason: "failed", written: false, message: /could not be asked/ });
  assert.equal(asked, 2);
});
