// How fast the packed package is, over real sockets against the local shardd, beside what plain `fetch` needs
// for the same: node bench/run.mjs <tarball> [name…] [--json]
//
// SHARDD_LOCAL names the shardd-local binary (a release build). Names choose groups: a group runs when one of
// them is part of its name. Figures are figures: the exit code only says whether everything could be run.
import { availableParallelism, cpus, loadavg } from "node:os";
import { basename } from "node:path";
import { install } from "./client.mjs";
import { crowd, firstCall } from "./first-call.mjs";
import { failover } from "./failover.mjs";
import { startLedger } from "./ledger.mjs";
import { pauses, slow } from "./patience.mjs";
import { steady } from "./steady.mjs";
import { asJson, asText } from "./table.mjs";

const NEAR_AND_FAR = ["--regions", "3", "--delay", "5,40,120"];

// A group is a name, the regions it wants and a function ({ Shardd, ledger, say }) → rows.
const GROUPS = [
  { name: "first-call", regions: NEAR_AND_FAR, measure: firstCall },
  { name: "crowd", regions: NEAR_AND_FAR, measure: crowd },
  { name: "failover", regions: NEAR_AND_FAR, measure: failover },
  { name: "pauses", regions: NEAR_AND_FAR, measure: pauses },
  { name: "slow", regions: NEAR_AND_FAR, measure: slow },
  { name: "steady", regions: ["--regions", "1", "--delay", "0"], measure: steady },
];

// Progress goes to stderr, so that stdout is the table alone.
const say = (text) => process.stderr.write(`  ${text}\n`);

async function one(group, Shardd) {
  say(`${group.name} …`);
  let ledger;
  try {
    // A ledger of its own: what one group did to its regions is nothing to the next.
    ledger = await startLedger(group.regions);
    return await group.measure({ Shardd, ledger, say });
  } catch (error) {
    return [{ measure: group.name, error: error?.stack ?? String(error) }];
  } finally {
    await ledger?.end();
  }
}

const load = () => Number(loadavg()[0].toFixed(2));

function machine(tarball) {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: load(),
    package: basename(tarball),
    at: new Date().toISOString(),
  };
}

async function main(args) {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const [tarball, ...names] = args.filter((arg) => !arg.startsWith("--"));
  const groups = GROUPS.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  if (!tarball || groups.length === 0 || flags.some((flag) => flag !== "--json")) {
    console.error("usage: node bench/run.mjs <tarball> [name…] [--json]");
    console.error(`names: ${GROUPS.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const report = { machine: machine(tarball), rows: [] };
  const { Shardd } = await install(tarball);
  for (const group of groups) {
    const rows = await one(group, Shardd);
    report.rows.push(...rows.map((row) => ({ group: group.name, ...row })));
  }
  report.machine.loadAfter = load();
  console.log(flags.includes("--json") ? asJson(report) : asText(report));
  return report.rows.some((row) => row.error) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
