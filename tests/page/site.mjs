// The page and its three regions, as `xtask serve` starts them; they end with the standard input of that process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** No measure of anything: a start that takes so long will not come. */
const START_MS = 120_000;

export async function startSite() {
  const xtask = process.env.SHARDD_XTASK;
  if (!xtask) throw new Error("SHARDD_XTASK must name the xtask binary: run `cargo xtask test page`.");
  const child = spawn(xtask, ["serve", "--port", "0"], { stdio: ["pipe", "pipe", "inherit"] });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The page was not served: xtask serve ended with ${code}.`);
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`The page was not served within ${START_MS / 1000} s.`)), START_MS).unref();
  });
  failed.catch(() => {});
  late.catch(() => {});
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), failed, late]);
  const { page, control, edges } = JSON.parse(line);
  return {
    page,
    control,
    edges,
    async end() {
      child.stdin.end();
      await failed.catch(() => {});
    },
  };
}
