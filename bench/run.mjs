// How fast the packed package is, over real sockets against the local shardd, beside what plain `fetch` needs
// for the same: node bench/run.mjs <tarball> [name…] [--json] [--peer <module>]
//
// SHARDD_LOCAL names the shardd-local binary (a release build), SHARDD_NPM_TOOLS the folder of the tests' tools,
// CHROME the browser. Names choose groups: a group runs when one of them is part of its name. Figures are
// figures: the exit code only says whether everything could be run.
import { availableParallelism, cpus, loadavg } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { CLIENT, install } from "./client.mjs";
import { decode } from "./decode.mjs";
import { crowd, firstCall } from "./first-call.mjs";
import { failover } from "./failover.mjs";
import { startLedger } from "./ledger.mjs";
import { memory } from "./memory.mjs";
import { page } from "./page.mjs";
import { pauses, slow } from "./patience.mjs";
import { loadPeer } from "./peer.mjs";
import { sizes } from "./sizes.mjs";
import { start } from "./start.mjs";
import { steady } from "./steady.mjs";
import { asJson, asText } from "./table.mjs";

const NEAR_AND_FAR = ["--regions", "3", "--delay", "5,40,120"];

// A group is a name, the regions it wants (none: no ledger) and a function ({ Shardd, project, peer, ledger, say }) → rows.
const GROUPS = [
  { name: "sizes", measure: sizes },
  { name: "start", measure: start },
  { name: "page", measure: page },
  { name: "decode", measure: decode },
  { name: "memory", measure: memory },
  { name: "first-call", regions: NEAR_AND_FAR, measure: firstCall },
  { name: "crowd", regions: NEAR_AND_FAR, measure: crowd },
  { name: "failover", regions: NEAR_AND_FAR, measure: failover },
  { name: "pauses", regions: NEAR_AND_FAR, measure: pauses },
  { name: "slow", regions: NEAR_AND_FAR, measure: slow },
  { name: "steady", regions: ["--regions", "1", "--delay", "0"], measure: steady },
];

// Progress goes to stderr, so that stdout is the table alone.
const say = (text) => process.stderr.write(`  ${text}\n`);

async function one(group, bench) {
  say(`${group.name} …`);
  let ledger;
  try {
    // A ledger of its own: what one group did to its regions is nothing to the next.
    const anotherLedger = () => startLedger(group.regions);
    ledger = group.regions && (await anotherLedger());
    return await group.measure({ ...bench, ledger, anotherLedger, say });
  } catch (error) {
    return [{ measure: group.name, error: error?.stack ?? String(error) }];
  } finally {
    await ledger?.end();
  }
}

const load = () => Number(loadavg()[0].toFixed(2));

function machine(tarball, peer) {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: load(),
    package: basename(tarball),
    peer: peer && basename(peer.file),
    at: new Date().toISOString(),
  };
}

function commandLine(args) {
  try {
    const options = { json: { type: "boolean" }, peer: { type: "string" } };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [tarball, ...names] = positionals;
    const groups = GROUPS.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
    return tarball && groups.length > 0 ? { ...values, tarball, groups } : null;
  } catch {
    return null;
  }
}

async function main(args) {
  const wanted = commandLine(args);
  if (!wanted) {
    console.error("usage: node bench/run.mjs <tarball> [name…] [--json] [--peer <module>]");
    console.error(`names: ${GROUPS.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const peer = wanted.peer && (await loadPeer(wanted.peer));
  const report = { machine: machine(wanted.tarball, peer), rows: [] };
  const project = await install(wanted.tarball);
  const { Shardd } = await import(CLIENT);
  for (const group of wanted.groups) {
    const rows = await one(group, { Shardd, project, peer });
    report.rows.push(...rows.map((row) => ({ group: group.name, ...row })));
  }
  report.machine.loadAfter = load();
  console.log(wanted.json ? asJson(report) : asText(report));
  return report.rows.some((row) => row.error) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
