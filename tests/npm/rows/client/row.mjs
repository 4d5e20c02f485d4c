// The client as a user of Node meets it, one scene for each of its promises: exact integers, key functions, retries, ends of
// all kinds, remembered and discovered edges, pages, arguments and options.
import { readdir } from "node:fs/promises";

export const manifest = { type: "module" };

export async function run(project) {
  const scenes = (await readdir(project.folder)).filter((file) => file.endsWith(".js") && !["stage.js", "rows.js"].includes(file)).sort();
  for (const scene of scenes) {
    await project.node(scene).catch((error) => {
      // Node shows the line that threw; in the package that is all of the wasm.
      throw new Error(`${scene}: ${error.message.replace(/^.{1000,}$/gm, "…")}`);
    });
  }
  return `Node ${process.versions.node}, ${scenes.length} scenes`;
}
