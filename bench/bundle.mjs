// Scripts bundled as a page or a Worker of ours would be: by esbuild, minified, with what they import and nothing else.
import { fileURLToPath } from "node:url";

/** Where a bundle takes the client from: the package, or the floor's few lines. */
export const OURS = "shardd-wasm";
export const PLAIN = fileURLToPath(new URL("./plain-client.mjs", import.meta.url));

/** The files of the bundle of `code`, in memory: the script first, then a wasm that it names. */
export async function bundle(project, code, conditions = []) {
  const { build } = project.tool("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: project.folder },
    outdir: project.folder,
    // A file beside the script, which names it.
    loader: { ".wasm": "file" },
    conditions,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
  });
  return outputFiles.toSorted((one, other) => Number(isWasm(one)) - Number(isWasm(other)));
}

const isWasm = ({ path }) => path.endsWith(".wasm");
