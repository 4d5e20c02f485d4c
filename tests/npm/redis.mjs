// A real Valkey or Redis on a free loopback port, for one row.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAMS = ["valkey-server", "redis-server"];

/** `{ url, version, end }`; nothing where no such program is installed. */
export async function startRedis() {
  const program = PROGRAMS.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!program) return undefined;
  // Somebody else may take the port between asking for it and using it.
  for (let tries = 0; tries < 50; tries++) {
    const server = await tryStart(program);
    if (server) return server;
  }
  throw new Error(`${program} does not start.`);
}

async function tryStart(program) {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const folder = await mkdtemp(join(tmpdir(), "shardd-redis-"));
  const flags = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn(program, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit").catch(() => {});
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const lines = createInterface(child.stdout);
  const ready = new Promise((resolve) => {
    lines.on("line", (line) => { if (/eady to accept connections/.test(line)) resolve(true); });
    lines.on("close", () => resolve(false));
  });
  if (await ready) return { url: `redis://127.0.0.1:${port}`, program, end };
  await end();
  return undefined;
}
