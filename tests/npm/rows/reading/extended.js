// The same on a page that has extended `Object.prototype`, with members that could be called, set or sent.
import { Differences } from "./alike.js";
import { CALLS, compareAnswer, newNonce } from "./answers.js";
import { GOOD_ANSWERS, REFUSALS } from "./templates.js";

const [seed] = process.argv.slice(2);
const differences = new Differences();
const extended = { note: "page", holdAmount: 5, type: "page", deduplicated: true, event: 5, error: "page", some: () => {}, event_id: 7, unauthorized: [], hold_amount: 9 };
const members = {
  ...Object.fromEntries(Object.entries(extended).map(([name, value]) => [name, { value, writable: true, enumerable: true, configurable: true }])),
  newMember: { set() { throw new Error("a setter was called"); }, configurable: true },
  fixed: { value: 1, writable: false, configurable: true },
};

/** On such a page. The client that reads in Rust is not on it: its library assigns the members of an answer. */
function onPage(work) {
  Object.defineProperties(Object.prototype, members);
  try {
    return work();
  } finally {
    for (const name of Object.keys(members)) delete Object.prototype[name];
  }
}

for (const operation of Object.keys(CALLS)) {
  for (const integers of ["number", "bigint"]) {
    for (const more of [{}, { new_member: 1, fixed: [{ fixed: 2, newMember: 3 }] }]) {
      const nonce = newNonce();
      const good = { __proto__: null, ...GOOD_ANSWERS[operation](nonce), ...more };
      await compareAnswer(differences, operation, CALLS[operation], nonce, { status: 201, body: JSON.stringify(good), integers }, onPage);
    }
  }
}
for (const refusal of REFUSALS) {
  for (const [status, operation] of [[400, "charge"], [401, "getAccount"], [422, "charge"], [503, "charge"]]) {
    const body = typeof refusal === "string" ? refusal : JSON.stringify(refusal);
    await compareAnswer(differences, operation, CALLS[operation], newNonce(), { status, body, integers: "number" }, onPage);
  }
}
console.log(`${differences.end(seed)} on an extended page`);
