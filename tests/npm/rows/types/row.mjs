// The typings under the newest TypeScript and the oldest that is supported, strict, for each way of resolving.
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

const STRICT = ["--strict", "--noEmit", "--target", "es2020"];
const BUNDLED = ["--module", "esnext", "--moduleResolution", "bundler"];
const NODE = ["--module", "nodenext", "--moduleResolution", "nodenext"];

export async function run(project) {
  await project.write("quickstart.ts", await shown("quickstart"));
  await project.write("shown.ts", await shown("testing"));
  await project.write("durable.ts", `declare const getToken: () => Promise<string>;\n${await shown("durable")}`);
  const versions = await Promise.all(["typescript", "typescript-oldest"].map((compiler) => check(project, compiler)));
  return `TypeScript ${versions.join(" and ")}`;
}

async function check(project, compiler) {
  const tsc = (...args) => project.node(project.toolPath(compiler, "bin", "tsc"), ...STRICT, ...args);
  await tsc("--lib", "es2020", ...BUNDLED, "surface.ts", "testing.ts", "stores.ts");
  await tsc("--lib", "es2020,dom", ...BUNDLED, "surface.ts", "quickstart.ts", "shown.ts", "testing.ts", "stores.ts", "durable.ts", "platform.ts");
  await tsc("--lib", "esnext,dom", ...NODE, "surface.ts", "testing.ts", "stores.ts", "shown.ts", "platform.ts", "required.cts");
  return project.tool(`${compiler}/package.json`).version;
}
