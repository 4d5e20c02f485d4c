// Who lost the race is cut off, and whoever waits for the answer comes first: also some promises behind the call.
import assert from "node:assert/strict";
import { stage, turn } from "./stage.js";

const { shardd, local, sent } = stage({}, { regions: [{}, { delayMs: 60_000 }, { delayMs: 60_000 }] });
const charged = async () => (await shardd.credit("b", "a", 1)).balance;
const later = async () => charged();
assert.equal(await later(), 1);
const losers = sent.filter(({ edge, path }) => path === "/gateway/health" && edge !== local.edges[0]);
assert.deepEqual(losers.map(({ signal }) => signal.aborted), [false, false], "the answer goes first");
await turn();
assert.deepEqual(losers.map(({ signal }) => signal.aborted), [true, true], "nothing is left behind");
local.dispose();
