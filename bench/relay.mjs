// A relay in front of one region, as a process of its own: stopped by a signal, it holds everything sent to
// that region and lets it through when it goes on, as a gateway does that stands still. The local shardd's own
// faults cannot: what they hold they never answer, and stopping it would stop every region at once.
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(import.meta.url);

export async function startRelay(target) {
  const child = fork(HERE, [target]);
  const [port] = await once(child, "message");
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => child.kill("SIGSTOP"),
    go: () => child.kill("SIGCONT"),
    async end() {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

function serve(target) {
  const { hostname, port } = new URL(target);
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    near.setNoDelay(true);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.pipe(to);
      // Half a connection is none.
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  // Whoever started it is gone.
  process.on("disconnect", () => process.exit());
}

if (process.argv[1] === HERE) serve(process.argv[2]);
