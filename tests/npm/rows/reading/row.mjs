// The package's JavaScript beside the client that reads in Rust: the same arguments make the same request or the same refusal, and the same answer the same
// result or the same error. Over every recorded exchange, the corpus of the decoding tests, and arguments and answers made up by chance.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { virtual } from "../../virtual.mjs";

export const manifest = { type: "module" };

/** `SEED=n` makes up others; `ROUNDS=n` makes up more. */
const { SEED = "20261128" } = process.env;

export async function run(project) {
  // What the package is bundled from: its files have no entry of their own.
  await cp("pkg-template", join(project.folder, "template"), { recursive: true });
  const reader = process.env.SHARDD_READER;
  if (!reader) throw new Error("SHARDD_READER must name the folder of the client that reads in Rust: run `cargo xtask test package`.");
  await mkdir(join(project.folder, "reader"));
  for (const file of ["reader.js", "reader.wasm"]) await cp(join(reader, file), join(project.folder, "reader", file));
  await mkdir(join(project.folder, "recorded"));
  await cp("ledger/tests/wire.jsonl", join(project.folder, "recorded", "wire.jsonl"));
  await cp("tests/corpus", join(project.folder, "recorded", "corpus"), { recursive: true });
  const how = await virtual(project);
  const compared = [];
  for (const script of ["clients.js", "requests.js", "recorded.js", "mutated.js", "extended.js"]) {
    compared.push((await project.node(...how, script, SEED)).trim());
  }
  return `seed ${SEED}: ${compared.join(", ")}`;
}
