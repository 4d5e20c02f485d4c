// The local shardd on free ports: three regions for one row of the matrix, or those that a bench asks for.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** No measure of anything: a start that takes so long will not come. */
const START_MS = 120_000;

const THREE_REGIONS = ["--regions", "3", "--delay", "5,10,20"];

export async function startLedger(regions = THREE_REGIONS) {
  const binary = process.env.SHARDD_LOCAL;
  if (!binary) throw new Error("SHARDD_LOCAL must name the shardd-local binary: run `cargo xtask test package`.");
  const child = spawn(binary, [...regions, "--port", "0", "--control-port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // A binary that cannot be started ends its output too, and is reported below.
  const ended = once(child, "exit").catch(() => {});
  const timer = setTimeout(() => child.kill(), START_MS);
  const edges = [];
  let control;
  // The control line is the last one; a child that ends early closes the stream.
  for await (const line of createInterface(child.stdout)) {
    const [kind, ...rest] = line.split(" ");
    if (kind === "region") edges.push(rest[1]);
    if (kind === "control") control = rest[0];
    if (control) break;
  }
  clearTimeout(timer);
  if (!control) throw new Error(`The local shardd did not start: SHARDD_LOCAL is ${binary}.`);
  return {
    edges,
    control,
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
