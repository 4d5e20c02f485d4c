// A Worker in workerd, bundled as Cloudflare's own tool bundles it.
import { join } from "node:path";

export const COMPATIBILITY_DATE = "2026-04-26";

/** Starts the Worker in `file` of the project; the caller disposes of it. `more` is for miniflare. */
export async function startWorker(project, file, bindings = {}, compatibilityFlags = [], more = {}) {
  await project.tool("esbuild").build({
    entryPoints: [join(project.folder, file)],
    outdir: join(project.folder, "out"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    // What Cloudflare's tool does with a .wasm import: it stays an import, of a compiled module.
    loader: { ".wasm": "copy" },
    external: ["cloudflare:*", "node:*"],
  });
  return runWorker(project, file, bindings, compatibilityFlags, more);
}

/** Runs what was bundled into the project's folder `out`. */
export function runWorker(project, file, bindings = {}, compatibilityFlags = [], more = {}) {
  const out = join(project.folder, "out");
  const { Miniflare } = project.tool("miniflare");
  return new Miniflare({
    rootPath: out,
    modules: true,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: file,
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    bindings,
    ...more,
  });
}
