// The one suite for every store, put into a row's project: the table, races and crashes of src/idempotency/conformance as wasm.
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";

const GLUE = "conformance.js";
const WASM = "conformance.wasm";

/** Afterwards the project has `suite.js`. A Worker may not compile bytes: `{ workerd: true }` leaves the wasm a file that it imports. */
export async function conformance(project, { workerd = false } = {}) {
  const folder = process.env.SHARDD_CONFORMANCE;
  if (!folder) throw new Error("SHARDD_CONFORMANCE must name the folder of the conformance table: run `cargo xtask test package`.");
  await cp("tests/npm/conformance", project.folder, { recursive: true });
  await cp(join(folder, GLUE), join(project.folder, GLUE));
  if (workerd) {
    await cp(join(folder, WASM), join(project.folder, WASM));
    return project.write("table.js", `export { default } from "./${WASM}";\n`);
  }
  const base64 = (await readFile(join(folder, WASM))).toString("base64");
  return project.write("table.js", `export default Uint8Array.from(atob("${base64}"), (letter) => letter.charCodeAt(0));\n`);
}
