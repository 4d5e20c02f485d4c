// The flags of `shardd-wasm local`, the same as those of the `shardd-local` program.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseArgs } from "node:util";

export const HELP = `shardd-wasm local: the shardd credit ledger's regions in one process

  --regions N            how many regions (3)
  --delay A,B,C          how many milliseconds a request to each region takes (0); one number is for all
  --port P               the first region's port, the others follow (8081); 0 takes any
  --control-port P       the control endpoint's port (8080, or any if there is a --port); 0 takes any
  --host ADDRESS         the address to listen on (127.0.0.1)
  --replication-delay N  how many milliseconds an event takes to the other regions (100)
  --spread               a gateway gives each request to any node, as the real ones do, not to its region's own
  --auth FILE            ask for API keys; FILE is JSON: { "keys": [{ "token": "…" }] }
  --seed N               make the same ids on every run
`;

const FLAGS = ["regions", "delay", "port", "control-port", "host", "replication-delay", "auth", "seed"];
const SWITCHES = ["spread", "help"];

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
    host: address(values.host ?? "127.0.0.1"),
    ports: Array.from({ length: regions }, (_, index) => port && port + index),
    // Who chooses ports may have several ledgers, and only one of them can have the usual one.
    controlPort: number("control-port", values.port === undefined ? 8080 : 0),
    delaysMs: given.length === 1 ? Array(regions).fill(given[0]) : given,
    replicationMs: number("replication-delay", undefined),
    seed: number("seed", undefined),
    spread: values.spread === true,
    keys: values.auth && keys(values.auth),
  };
}

function parsed(args) {
  const texts = FLAGS.map((flag) => [flag, { type: "string" }]);
  const switches = SWITCHES.map((flag) => [flag, { type: "boolean", ...(flag === "help" && { short: "h" }) }]);
  try {
    return parseArgs({ args, options: Object.fromEntries([...texts, ...switches]) }).values;
  } catch (error) {
    throw new Error(`${error.message.split(". ")[0]}; --help lists the flags`);
  }
}

function whole(flag, text) {
  if (!/^\d{1,15}$/.test(text.trim())) throw new Error(`--${flag} wants a whole number that fits, not "${text}"`);
  return Number(text);
}

function address(text) {
  if (!isIP(text.trim())) throw new Error(`--host wants an IP address such as 0.0.0.0, not "${text}"`);
  return text.trim();
}

function keys(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).keys ?? [];
  } catch (error) {
    throw new Error(`${path} is not a list of keys: ${error.message}`);
  }
}
