// The flags of `shardd-wasm local`, the same as those of the `shardd-local` program.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const HELP = `shardd-wasm local: the shardd credit ledger's regions in one process, on loopback

  --regions N            how many regions (3)
  --delay A,B,C          how many milliseconds a request to each region takes (0); one number is for all
  --port P               the first region's port, the others follow (8081); 0 takes any
  --control-port P       the control endpoint's port (8080); 0 takes any
  --replication-delay N  how many milliseconds an event takes to the other regions (100)
  --auth FILE            ask for API keys; FILE is JSON: { "keys": [{ "token": "…" }] }
  --seed N               make the same ids on every run
`;

const FLAGS = ["regions", "delay", "port", "control-port", "replication-delay", "auth", "seed"];

/** The set-up that the flags ask for; none if they ask for help. */
export function configured(args) {
  const values = parsed(args);
  if (values.help) return undefined;
  const number = (flag, fallback) => (values[flag] === undefined ? fallback : whole(flag, values[flag]));
  const regions = number("regions", 3);
  if (regions < 1 || regions > 64) throw new Error(`--regions wants a number from 1 to 64, not ${regions}`);
  const port = number("port", 8081);
  if (port + regions > 65_536) throw new Error(`--port ${port} leaves no room for ${regions} ports below 65536`);
  const given = values.delay?.split(",").map((ms) => whole("delay", ms)) ?? [0];
  if (given.length > regions) throw new Error(`--delay names ${given.length} regions, there are ${regions}`);
  return {
    ports: Array.from({ length: regions }, (_, index) => port && port + index),
    controlPort: number("control-port", 8080),
    delaysMs: given.length === 1 ? Array(regions).fill(given[0]) : given,
    replicationMs: number("replication-delay", undefined),
    seed: number("seed", undefined),
    keys: values.auth && keys(values.auth),
  };
}

function parsed(args) {
  const options = Object.fromEntries(FLAGS.map((flag) => [flag, { type: "string" }]));
  try {
    return parseArgs({ args, options: { ...options, help: { type: "boolean", short: "h" } } }).values;
  } catch (error) {
    throw new Error(`${error.message.split(". ")[0]}; --help lists the flags`);
  }
}

function whole(flag, text) {
  if (!/^\d{1,15}$/.test(text.trim())) throw new Error(`--${flag} wants a whole number that fits, not "${text}"`);
  return Number(text);
}

function keys(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).keys ?? [];
  } catch (error) {
    throw new Error(`${path} is not a list of keys: ${error.message}`);
  }
}
