// The client as a user of Node meets it, one scene for each of its promises: exact integers, key functions, retries, ends of
// all kinds, remembered and discovered edges, pages, arguments and options. In virtual time: the ledger is in the same process.
import { readdir } from "node:fs/promises";
import { virtual } from "../../virtual.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  const scenes = (await readdir(project.folder)).filter((file) => file.endsWith(".js") && !["stage.js", "rows.js"].includes(file)).sort();
  const how = await virtual(project);
  for (const scene of scenes) {
    await project.node(...how, scene).catch((error) => {
      // Node shows the line that threw; in the package that is all of the wasm.
      throw new Error(`${scene}: ${error.message.replace(/^.{1000,}$/gm, "…")}`);
    });
  }
  return `Node ${process.versions.node}, virtual time, ${scenes.length} scenes`;
}
