// The typings under the newest TypeScript and the oldest that is supported, strict, for each way of resolving.
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

const STRICT = ["--strict", "--noEmit", "--target", "es2020"];
const BUNDLED = ["--module", "esnext", "--moduleResolution", "bundler"];
const NODE = ["--module", "nodenext", "--moduleResolution", "nodenext"];
/** From before `exports`, and the default of many a project; the newest compiler has dropped it. */
const LEGACY = ["--module", "commonjs", "--moduleResolution", "node"];
/** What needs no type of a platform. */
const BARE = ["surface.ts", "testing.ts", "keys.ts", "figures.ts", "events.ts", "calls.ts", "failures.ts", "stores.ts", "idempotency.ts"];

export async function run(project) {
  await project.write("quickstart.ts", await shown("quickstart"));
  await project.write("shown.ts", await shown("testing"));
  await project.write("durable.ts", `declare const getToken: () => Promise<string>;\ndeclare const user: { id: string };\n${await shown("durable")}`);
  const versions = await Promise.all(["typescript", "typescript-oldest"].map((compiler) => check(project, compiler)));
  return `TypeScript ${versions.join(" and ")}`;
}

async function check(project, compiler) {
  const tsc = (...args) => project.node(project.toolPath(compiler, "bin", "tsc"), ...STRICT, ...args);
  await tsc("--lib", "es2020", ...BUNDLED, ...BARE);
  await tsc("--lib", "es2020,dom", ...BUNDLED, ...BARE, "quickstart.ts", "shown.ts", "durable.ts", "platform.ts", "exact.ts", "idempotent-handler.ts", "served.ts");
  await tsc("--lib", "esnext,dom", ...NODE, ...BARE, "served.ts", "shown.ts", "platform.ts", "exact.ts", "idempotent-handler.ts", "required.cts");
  await tsc("--exactOptionalPropertyTypes", "--lib", "es2020,dom", ...BUNDLED, ...BARE, "undefined.ts", "durable.ts");
  if (compiler === "typescript-oldest") await tsc("--lib", "es2020,dom", ...LEGACY, ...BARE, "served.ts", "required.cts");
  return project.tool(`${compiler}/package.json`).version;
}
