// The scenes in Node, where a trap that nobody catches would end the process.
import { SCENES } from "./scenes.js";

for (const [name, scene] of Object.entries(SCENES)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  await scene().catch((error) => {
    console.error(`${name}:`, error);
    process.exit(1);
  });
  if (process.argv[2]) console.log("ok", name);
}
console.log(Object.keys(SCENES).length);
