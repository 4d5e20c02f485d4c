// Import and the first client, in a Node process that is new each time. Both sides are bundled to one file.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { OURS, PLAIN, bundle } from "./bundle.mjs";
import { KEY } from "./plain.mjs";
import { interleave, row, timed, times } from "./rounds.mjs";

const exec = promisify(execFile);
const ROUNDS = 31;

/** One script for every side: what differs is the module. */
const NEWBORN = `
const from = performance.now();
const { begin } = await import(process.argv[2]);
begin();
console.log(performance.now() - from);
`;

/** `begin` makes a client that talks to nobody. */
const OPTIONS = JSON.stringify({ edges: ["http://127.0.0.1:9"], key: KEY });
export const BEGIN = {
  ours: `import { Shardd } from "${OURS}"; const { edges, key } = ${OPTIONS}; export const begin = () => new Shardd(key, { edges });`,
  of: (module) => `import { createClient } from ${JSON.stringify(module)}; export const begin = () => createClient(${OPTIONS});`,
};

export async function start({ project, peer }) {
  await project.write("newborn.mjs", NEWBORN);
  const inside = { floor: [], ours: [], peer: [] };
  const side = async (name, code) => {
    const url = await written(project, `${name}.mjs`, code);
    return async (round) => {
      let ms;
      const whole = await timed(async () => (ms = await born(project, url)));
      if (round >= 0) inside[name].push(ms);
      return whole;
    };
  };
  const whole = await interleave({
    rounds: ROUNDS,
    floor: await side("floor", BEGIN.of(PLAIN)),
    ours: await side("ours", BEGIN.ours),
    peer: peer && (await side("peer", BEGIN.of(peer.file))),
  });
  const note = "bundled to one file, new process each time";
  return [
    row("Node: import and first client", inside, { bar: times(1.3), note }),
    row("Node: the same with the process, start to exit", whole),
  ];
}

async function written(project, name, code) {
  const [{ text }] = await bundle(project, code);
  await project.write(name, text);
  return pathToFileURL(join(project.folder, name)).href;
}

async function born(project, url) {
  const { stdout } = await exec(process.execPath, [join(project.folder, "newborn.mjs"), url]);
  return Number(stdout);
}
