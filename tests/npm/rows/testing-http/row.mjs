// `npx shardd-wasm local`: the README's quickstart against it, the same answers as the `shardd-local` program gives, its
// flags, and a clean end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { shown } from "../../readme.mjs";
import { transcript } from "./transcript.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  const local = await start(project, "npx", "--no-install", "shardd-wasm");
  try {
    project.env.SHARDD_EDGES = local.edges.join(",");
    await project.write("quickstart.js", await shown("quickstart"));
    assert.equal(await project.node("quickstart.js"), "balance 500\n500 credits are left\n");
    const port = new URL(local.edges[0]).port;
    await refused(project, ["local", "--port", port], /port \d+ is taken: .* choose another with --port/);
  } finally {
    await local.end();
  }
  await assert.rejects(fetch(local.edges[0]), (error) => error.cause.code === "ECONNREFUSED");
  await sameAsTheProgram(project);
  await besideAnother(project);
  await refused(project, ["local", "--host", "localhost"], /--host wants an IP address such as 0\.0\.0\.0/);
  await refused(project, ["local", "--host", "192.0.2.1"], /is no address of this machine: choose another with --host/);
  await refused(project, ["local", "--delay", "a"], /--delay wants a whole number/);
  await refused(project, ["local", "--ports", "1"], /--ports.*--help lists the flags/);
  await refused(project, ["remote"], /there is no command "remote"/);
  assert.match(await project.run("npx", ["--no-install", "shardd-wasm", "--help"]), /--replication-delay N/);
  return `Node ${process.versions.node}, npx`;
}

/** A ledger beside another: any control port, which it prints; and one that the network can reach. */
async function besideAnother(project) {
  const flags = ["--regions", "3", "--port", "0", "--host"];
  const both = [await started(project, ...flags, "127.0.0.1"), await started(project, ...flags, "0.0.0.0", "--spread")];
  try {
    assert.notEqual(new URL(both[0].control).port, new URL(both[1].control).port);
    assert.match(both[1].edges[0], /^http:\/\/0\.0\.0\.0:\d+$/);
    for (const { edges, control } of both) {
      assert.equal((await fetch(`${edges[0]}/gateway/health`)).status, 200);
      assert.equal((await fetch(control)).status, 200);
    }
  } finally {
    await Promise.all(both.map((local) => local.end()));
  }
}

async function sameAsTheProgram(project) {
  const local = await start(project, "node_modules/.bin/shardd-wasm");
  let ended;
  try {
    const [ours, program] = [await transcript(local), await transcript(project.ledger)];
    for (const [index, line] of program.entries()) assert.deepEqual(ours[index], line);
    assert.match(local.said(), /VOID STORM: nonce "twice"/);
  } finally {
    ended = await local.end();
  }
  assert.equal(ended, 0, "a signal ends it well");
}

const start = (project, command, ...args) =>
  spawned(project, command, ...args, "local", "--port", "0", "--control-port", "0", "--delay", "5,10,20");

const started = (project, ...flags) => spawned(project, "node_modules/.bin/shardd-wasm", "local", ...flags);

async function spawned(project, command, ...args) {
  // A group of its own, so that the end of npx is the end of what it started.
  const child = spawn(command, args, { cwd: project.folder, stdio: ["ignore", "pipe", "pipe"], detached: true });
  // Not when npx ends, which does not wait for what it started, but when nobody holds its pipes any more.
  const ended = once(child, "close");
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const found = [];
  for await (const line of createInterface(child.stdout)) {
    found.push(line.split(" ").pop());
    if (line.startsWith("control")) break;
  }
  child.stdout.resume();
  assert.equal(found.length, 4, `npx shardd-wasm local did not start: ${said}`);
  return {
    edges: found.slice(0, 3),
    control: found[3],
    said: () => said,
    async end() {
      process.kill(-child.pid, "SIGTERM");
      return (await ended)[0];
    },
  };
}

async function refused(project, args, sentence) {
  await assert.rejects(project.run("npx", ["--no-install", "shardd-wasm", ...args]), sentence);
}
