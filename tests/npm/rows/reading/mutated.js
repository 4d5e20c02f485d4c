// Answers made up by chance, good ones and refusals, to every call.
import { Differences } from "./alike.js";
import { CALLS, compareAnswer, newNonce } from "./answers.js";
import { Chance } from "./chance.js";
import { mutated } from "./mutation.js";
import { GOOD_ANSWERS, REFUSALS, RETRY_AFTER, STATUSES } from "./templates.js";

const [seed] = process.argv.slice(2);
const ROUNDS = Number(process.env.ROUNDS ?? 300);
const chance = new Chance(seed);
const differences = new Differences();
const modes = ["number", "bigint"];

for (const operation of Object.keys(CALLS)) {
  for (const status of [200, 201]) {
    for (const integers of modes) {
      const nonce = newNonce();
      await compareAnswer(differences, operation, CALLS[operation], nonce, { status, body: JSON.stringify(GOOD_ANSWERS[operation](nonce)), integers });
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const nonce = newNonce();
    const answer = { status: chance.of([200, 201]), body: mutated(GOOD_ANSWERS[operation](nonce), chance), integers: chance.of(modes) };
    await compareAnswer(differences, operation, CALLS[operation], nonce, answer);
  }
}
for (const refusal of REFUSALS) {
  for (const status of STATUSES) {
    for (const operation of ["charge", "getAccount", "deleteMyBucket", "listMyBuckets"]) {
      const isMutated = Object(refusal) === refusal && chance.percent(50);
      const body = isMutated ? mutated(refusal, chance) : typeof refusal === "string" ? refusal : JSON.stringify(refusal);
      const headers = chance.percent(30) ? { "retry-after": chance.of(RETRY_AFTER) } : undefined;
      await compareAnswer(differences, operation, CALLS[operation], newNonce(), { status, body, headers, integers: chance.of(modes) });
    }
  }
}
console.log(`${differences.end(seed)} made up`);
