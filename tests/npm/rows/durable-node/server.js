// A Redis server of one's own, on a socket in a folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RESP } from "./resp.js";

/** `{ socket, command, end }`; nothing where no server is installed. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), "shardd-store-"));
  for (const binary of ["valkey-server", "redis-server"]) {
    const socket = join(folder, "redis.sock");
    const child = spawn(binary, ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder], { stdio: "ignore" });
    const [failed] = await Promise.race([once(child, "error"), once(child, "spawn")]);
    if (failed) continue;
    const connection = await RESP.connect(socket, child);
    return {
      socket,
      command: (args) => connection.command(args),
      async end() {
        connection.end();
        const ended = once(child, "exit");
        child.kill();
        await ended;
        rmSync(folder, { recursive: true });
      },
    };
  }
  rmSync(folder, { recursive: true });
  return undefined;
}
