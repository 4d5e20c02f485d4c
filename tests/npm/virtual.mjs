// Virtual time for the scripts of a row that talks to no other process: no machine is too slow for it.
import { cp } from "node:fs/promises";
import { join } from "node:path";

/** Puts it into the row's project; gives the arguments for Node. */
export async function virtual(project) {
  await cp("tests/npm/rows/known-faults/time.js", join(project.folder, "time.js"));
  await cp("tests/npm/flow.js", join(project.folder, "flow.js"));
  return ["--import", "./flow.js"];
}
