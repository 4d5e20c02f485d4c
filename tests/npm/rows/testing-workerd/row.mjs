// The testing kit in workerd: the README's examples in a Worker, bundled as Cloudflare's own tool bundles it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { asWorker, shown } from "../../readme.mjs";
import { TESTING, TESTING_TIME } from "../testing-node/row.mjs";

const COMPATIBILITY_DATE = "2026-04-26";

export const manifest = { type: "module" };

export async function run(project) {
  await answers(project, "testing", TESTING);
  await answers(project, "testing-time", TESTING_TIME);
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

async function answers(project, name, output) {
  await project.write(`${name}.js`, asWorker(await shown(name)));
  const out = join(project.folder, "out");
  await project.tool("esbuild").build({
    entryPoints: [join(project.folder, `${name}.js`)],
    outdir: out,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
  });
  const { Miniflare } = project.tool("miniflare");
  const worker = new Miniflare({
    rootPath: out,
    modules: true,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: `${name}.js`,
    compatibilityDate: COMPATIBILITY_DATE,
  });
  try {
    // Twice: each request makes a ledger of its own in the module that the first one started.
    for (let request = 0; request < 2; request++) {
      const response = await worker.dispatchFetch("http://worker/");
      assert.equal(await response.text(), output);
    }
  } finally {
    await worker.dispose();
  }
}
