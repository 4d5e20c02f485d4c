// The code that README.md shows, so that what newcomers copy is what the tests run.
import { readFile } from "node:fs/promises";

/** The fenced block after `<!-- tested: name -->`. */
export async function shown(name) {
  const text = await readFile("README.md", "utf8");
  const block = new RegExp(`<!-- tested: ${name} -->\\s*\`\`\`\\w+\\n([^]*?)\`\`\``).exec(text);
  if (!block) throw new Error(`README.md shows no code marked "tested: ${name}".`);
  return block[1];
}

/** The same for CommonJS: a require instead of the import, and an async function around the awaits. */
export function asCommonJs(code) {
  const [, names, rest] = /^import (\{[^}]*\}) from "shardd-wasm";\n([^]*)$/.exec(code) ?? [];
  if (!names) throw new Error("The shown code does not begin with the import of shardd-wasm.");
  return `const ${names} = require("shardd-wasm");\n(async () => {\n${rest}})();\n`;
}
