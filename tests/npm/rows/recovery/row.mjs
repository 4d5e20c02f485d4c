// A wasm that fails, by the end of its memory or of the stack, or by an exception through it: calls in flight reject, and the next works.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Tabs } from "../../tabs.mjs";
import { cramped } from "./cramped.mjs";

/** More than the client ever takes, less than the scenes ask for. */
const MEBIBYTES = 8;

export const manifest = { type: "module" };

export async function run(project) {
  const file = join(project.folder, "node_modules/shardd-wasm/dist/shardd_wasm_bg.wasm");
  const wasm = cramped(await readFile(file), MEBIBYTES);
  await project.write("cramped.js", `export default "${wasm.toString("base64")}";\n`);
  const scenes = Number(await project.node("node.js"));
  const tabs = await Tabs.open(project, ["page.js"]);
  try {
    const page = await tabs.tab("page.html");
    assert.equal(await page.evaluate(() => globalThis.run()), "");
  } finally {
    await tabs.close();
  }
  return `Node ${process.versions.node}, ${tabs.version}, ${scenes} scenes`;
}
