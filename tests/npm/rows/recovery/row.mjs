// A wasm that fails, by a panic, the end of its memory or of the stack, or an exception through it: calls in flight reject, and the next works.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Control } from "../../control.mjs";
import { Tabs } from "../../tabs.mjs";
import { virtual } from "../../virtual.mjs";
import { startWorker } from "../../worker.mjs";
import { cramped } from "./cramped.mjs";

/** More than the client ever takes, less than the scenes ask for. */
const MEBIBYTES = 8;

export const manifest = { type: "module" };

export async function run(project) {
  const file = join(project.folder, "node_modules/shardd-wasm/dist/shardd_wasm_bg.wasm");
  const wasm = cramped(await readFile(file), MEBIBYTES);
  // The wasm that users get cannot be made to panic, so the scenes are played by one that can. It is the same otherwise, and so is all around it.
  const provoked = process.env.SHARDD_PROVOKED;
  if (!provoked) throw new Error("SHARDD_PROVOKED must name the folder of the wasm that can panic: run `cargo xtask test package`.");
  await cp(join(provoked, "provoked.js"), join(project.folder, "subject.js"));
  const panics = cramped(await readFile(join(provoked, "provoked.wasm")), MEBIBYTES);
  await project.write("cramped.js", `export default "${panics.toString("hex")}";\n`);
  const how = await virtual(project);
  const scenes = Number(await project.node(...how, "node.js"));
  await project.node(...how, "idempotency.js");
  const tabs = await Tabs.open(project, ["page.js"]);
  try {
    const page = await tabs.tab("page.html");
    assert.equal(await page.evaluate(() => globalThis.run()), "");
  } finally {
    await tabs.close();
  }
  await writeFile(file, wasm);
  await isolate(project);
  const { version } = project.tool("workerd/package.json");
  return `Node ${process.versions.node}, ${tabs.version}, ${scenes} scenes; workerd ${version}`;
}

/** In a Worker the calls that fall are other requests'. */
async function isolate(project) {
  const control = new Control(project.ledger);
  const worker = await startWorker(project, "worker.js", project.env);
  const ask = async (path) => {
    const response = await worker.dispatchFetch(`http://worker/${path}`);
    // What the runtime says of a hung request is no JSON.
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const charge = (nonce) => ask(`charge?nonce=${nonce}`);
  try {
    for (const region of [0, 1, 2]) await control.fault(region, { kind: "stall-body", only: "events" });
    const held = ["a", "b", "c"].map(charge);
    while ((await control.writes()) < held.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await control.revive();
    assert.deepEqual(await ask("huge?nonce=huge-1"), { name: "InternalError", outcome: "unknown", nonce: "huge-1", cause: "RuntimeError" });
    const fallen = (nonce) => ({ name: "InternalError", outcome: "unknown", nonce, cause: "RuntimeError" });
    assert.deepEqual(await Promise.all(held), ["a", "b", "c"].map(fallen));
    assert.deepEqual(await charge("d"), { deduplicated: false, nonce: "d" });
    assert.deepEqual(await Promise.all(["a", "b"].map(charge)), ["a", "b"].map((nonce) => ({ deduplicated: true, nonce })));
    // Amid fifty others: each ends, and what is made again is booked once.
    const nonces = Array.from({ length: 50 }, (_, n) => `many-${n}`);
    const [huge, ...many] = await Promise.all([ask("huge?nonce=huge-2"), ...nonces.map(charge)]);
    assert.equal(huge.name, "InternalError");
    assert.ok(many.every(({ name }) => name === undefined || name === "InternalError"), JSON.stringify(many));
    await Promise.all(nonces.map(async (nonce) => assert.equal((await charge(nonce)).nonce, nonce)));
    for (const nonce of ["a", "b", "c", "d", ...nonces]) assert.equal(await control.count(nonce), 1, nonce);
    assert.deepEqual((await control.storms()).storms, []);
  } finally {
    await worker.dispose();
  }
}
