// The code that README.md shows, so that what newcomers copy is what the tests run.
import { readFile } from "node:fs/promises";

/** The fenced block after `<!-- tested: name -->`. */
export async function shown(name) {
  const text = await readFile("README.md", "utf8");
  const block = new RegExp(`<!-- tested: ${name} -->\\s*\`\`\`\\w+\\n([^]*?)\`\`\``).exec(text);
  if (!block) throw new Error(`README.md shows no code marked "tested: ${name}".`);
  return block[1];
}

/** The same for CommonJS: requires instead of the imports, and an async function around the awaits. */
export function asCommonJs(code) {
  const { imports, rest } = parts(code);
  const requires = imports.replace(/^import (\{[^}]*\}) from ("[^"]+");$/gm, "const $1 = require($2);");
  return `${requires}\n(async () => {\n${rest}})();\n`;
}

/** The same as a Worker, which may do nothing before a request; it answers what the code logs. */
export function asWorker(code) {
  const { imports, rest } = parts(code);
  return `${imports}
export default {
  async fetch() {
    let said = "";
    const console = { log: (line) => (said += line + "\\n") };
    ${rest}
    return new Response(said);
  },
};
`;
}

function parts(code) {
  const [, imports, rest] = /^((?:import [^;]+;\n)+)([^]*)$/.exec(code) ?? [];
  if (!imports) throw new Error("The shown code does not begin with its imports.");
  return { imports, rest };
}
