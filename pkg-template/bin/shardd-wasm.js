#!/usr/bin/env node
// `npx shardd-wasm local`: the local shardd over HTTP, from Node alone.
import { readFileSync } from "node:fs";
import { provide } from "../testing/instance.js";
import { HELP, configured } from "./flags.js";
import { serve } from "./serve.js";

async function main([command, ...rest]) {
  if (command === undefined || /^(-h|--help|help)$/.test(command)) return void process.stdout.write(HELP);
  if (command !== "local") throw new Error(`there is no command "${command}"; --help lists them`);
  const config = configured(rest);
  if (!config) return void process.stdout.write(HELP);
  provide(readFileSync(new URL("../dist/shardd_local_bg.wasm", import.meta.url)));
  const running = await serve(config);
  // Before anybody is told that it runs: who reads it may stop it at once.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => running.stop());
  running.regions.forEach((url, index) => console.log(`region ${index} ${url}`));
  console.log(`control ${running.control}`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`shardd-wasm: ${error.message}`);
  process.exitCode = 1;
});
