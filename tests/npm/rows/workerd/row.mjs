// Cloudflare Workers: the README's worker in workerd, bundled as Cloudflare's own tool bundles it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { shown } from "../../readme.mjs";

const COMPATIBILITY_DATE = "2026-04-26";

export const manifest = { type: "module" };

export async function run(project) {
  await project.write("worker.js", await shown("worker"));
  const out = join(project.folder, "out");
  await project.tool("esbuild").build({
    entryPoints: [join(project.folder, "worker.js")],
    outdir: out,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    // What Cloudflare's tool does with a .wasm import: it stays an import, of a compiled module.
    loader: { ".wasm": "copy" },
  });
  const { Miniflare } = project.tool("miniflare");
  const worker = new Miniflare({
    rootPath: out,
    modules: true,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: "worker.js",
    compatibilityDate: COMPATIBILITY_DATE,
    bindings: project.env,
  });
  try {
    await credited(project);
    // The later requests share the client that the first one made.
    for (const balance of [499, 498, 497]) {
      const response = await worker.dispatchFetch("http://worker/");
      assert.deepEqual(await response.json(), { balance });
    }
  } finally {
    await worker.dispose();
  }
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

// The worker only charges; a project in Node puts the credits there.
async function credited(project) {
  await project.write("credit.js", `import { Shardd } from "shardd-wasm";
await Shardd.fromEnv().credit("my-app", "user:alice", 500, { minAcks: 2 });
`);
  await project.node("credit.js");
}
