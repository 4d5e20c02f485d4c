// The story (story.mjs) in a row's project, and what came of it.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CHAPTERS } from "./story.mjs";

/** The story as a script of its own: for Node, Deno and Bun. */
export const TELL = `import * as shardd from "shardd-wasm";
import { story } from "./story.mjs";

console.log(JSON.stringify(await story(shardd, JSON.parse(process.env.SHARDD_STORY))));
`;

/** The story and its stage, beside the project's own files. */
export async function bring(project, folder = "") {
  for (const file of ["story.mjs", "stage.mjs"]) await cp(resolve("tests", "npm", file), join(project.folder, folder, file));
}

/** What the story is told to, in JSON. Every telling has an account of its own. */
export function setting({ ledger: { edges, control } }, who) {
  return JSON.stringify({ edges, control, who });
}

/** Tells it in the project with a command that runs a script. */
export async function tell(project, script, command, args = []) {
  await bring(project);
  project.env.SHARDD_STORY = setting(project, script);
  heard(project, await project.run(command, [...args, script]), script);
}

/** Checks what was said at this place. */
export function heard(project, text, place) {
  assert.equal(text.trim(), JSON.stringify(CHAPTERS), `the story in ${place}`);
  project.tellings += 1;
}
