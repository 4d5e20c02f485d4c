// Retry-After, whatever it says: retryAfterMs is a safe integer from 0 on, or is left out.
import assert from "node:assert/strict";
import { facts, failure, stage } from "./stage.js";

const LONGEST_MS = Number.MAX_SAFE_INTEGER;
const { shardd, local } = stage({ maxAttempts: 1 });

async function said(header, status = 429) {
  local.fault(0, { kind: "status", status, body: "{}", retry_after: header, only: "events" });
  const error = await failure(shardd.credit("b", "a", 5));
  assert.equal(error.status, status);
  return error;
}

for (const [header, waitMs] of [
  [0, 0], [7, 7_000], ["0", 0], ["0007", 7_000], [" 7 ", 7_000], ["9007199254740", 9_007_199_254_740_000], ["9007199254741", LONGEST_MS],
  ["18446744073709551", LONGEST_MS], ["18446744073709551615", LONGEST_MS], ["18446744073709551616", LONGEST_MS], ["9".repeat(1_000), LONGEST_MS],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0], ["Wed, 31 Dec 1969 23:59:59 GMT", 0], ["Mon, 01 Jan 1900 00:00:00 GMT", 0], ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
  ["", undefined], [" ", undefined], ["-7", undefined], ["+7", undefined], ["-9223372036854775808", undefined], ["1.5", undefined], ["1e9", undefined],
  ["0x10", undefined], ["7, 7", undefined], ["7 7", undefined], ["7s", undefined], ["soon", undefined], ["NaN", undefined], ["Infinity", undefined],
  ["Fri, 31 Dec 10000 23:59:59 GMT", undefined],
]) assert.deepEqual(facts(await said(header), "retryAfterMs"), { name: "RateLimitedError", outcome: "rejected", retryAfterMs: waitMs }, `Retry-After: ${header}`);

// A date is counted from the device's own clock.
for (const [header, year] of [["Fri, 31 Dec 9999 23:59:59 GMT", 9999], ["Wed, 01 Jan 2200 00:00:00 GMT", 2200]]) {
  const before = Date.parse(header) - Date.now();
  const { retryAfterMs } = await said(header);
  assert.ok(retryAfterMs <= before && retryAfterMs > before - 60_000, `${year}: ${retryAfterMs}`);
}

// The same of a region that cannot serve, and in JSON.
const error = await said("99999999999999999999", 503);
assert.equal(error.name, "ServiceUnavailableError");
assert.equal(JSON.parse(JSON.stringify(error)).retryAfterMs, LONGEST_MS);
local.dispose();
