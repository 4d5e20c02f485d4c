// One browser profile, two people: who logs in next sees nothing of who logged out, and forget() leaves nothing behind.
import assert from "node:assert/strict";
import { join } from "node:path";
import { Control } from "../../control.mjs";
import { startLedger } from "../../ledger.mjs";
import { Tabs } from "../../tabs.mjs";

export const manifest = { type: "module" };

const ALICE = { name: "alice", token: "key-of-alice", user: "00000000-0000-4000-8000-00000000000a" };
const BOB = { name: "bob", token: "key-of-bob", user: "00000000-0000-4000-8000-00000000000b" };

export async function run(project) {
  await project.write("keys.toml", [ALICE, BOB].map(({ token, user }) => `[[keys]]\ntoken = "${token}"\nuser = "${user}"\n`).join("\n"));
  const ledger = await startLedger(["--regions", "3", "--delay", "5,10,20", "--auth", join(project.folder, "keys.toml")]);
  try {
    const tabs = await Tabs.open(project, ["page.js"]);
    try {
      const control = new Control(ledger);
      await story({ control, edges: ledger.edges, next: samePage(await tabs.tab("page.html")), prefix: "same-page" });
      await story({ control, edges: ledger.edges, next: () => tabs.tab("page.html"), prefix: "new-tab" });
      return tabs.version;
    } finally {
      await tabs.close();
    }
  } finally {
    await ledger.end();
  }
}

const samePage = (page) => async () => page;

/** `next` gives the page of whoever logs in: the one that there is, or a new one of the same profile. */
async function story({ control, edges, next, prefix }) {
  const [done, open, givenUp] = ["done", "open", "given-up"].map((what) => `${prefix}-${what}`);
  const as = async (who, name, ...given) => {
    const page = await next();
    await page.evaluate(([who, edges]) => globalThis.logIn(who, edges), [who, edges]);
    return page.evaluate(([name, given]) => globalThis[name](...given), [name, given]);
  };
  const kept = async () => (await next()).evaluate(() => globalThis.kept());
  assert.deepEqual(await kept(), { keys: [], text: "" });
  assert.deepEqual(await as(ALICE, "charge", done, 5), { deduplicated: false, amount: -5 });
  await leftOpen(control, await next(), edges, open);
  const ofAlice = (await kept()).keys;
  assert.equal(ofAlice.length, 2);

  assert.deepEqual(await as(BOB, "unfinished"), { pending: [], resumed: [] });
  // Bob's order of the same name is another order.
  assert.deepEqual(await as(BOB, "charge", done, 7), { deduplicated: false, amount: -7 });
  assert.deepEqual(await as(BOB, "charge", open, 8), { deduplicated: false, amount: -8 });
  assert.equal(await control.count(open), 2, "one is Alice's, one is Bob's");
  const ofBob = (await kept()).keys.filter((key) => !ofAlice.includes(key));
  assert.equal(ofBob.length, 2);

  assert.deepEqual(await as(ALICE, "unfinished"), { pending: [open], resumed: [[open, -9]] });
  assert.deepEqual(await as(ALICE, "charge", done, 5), { deduplicated: true, amount: -5 });

  await as(ALICE, "forget");
  const onlyBob = async () => {
    const { keys, text } = await kept();
    assert.deepEqual(keys, ofBob);
    assert.doesNotMatch(text, /alice/);
  };
  await onlyBob();
  await leftOpen(control, await next(), edges, givenUp);
  await as(ALICE, "forget");
  assert.equal((await kept()).keys.length, ofBob.length + 1, "what is unfinished stays");
  await as(ALICE, "forget", { pending: true });
  await onlyBob();
  await as(BOB, "forget");
  assert.deepEqual(await kept(), { keys: [], text: "" });
}

/** A charge of Alice's that arrives, and whose answer she does not wait for: she logs out. */
async function leftOpen(control, page, edges, nonce) {
  for (const region of [0, 1, 2]) await control.fault(region, { kind: "stall-body", only: "events" });
  const before = await control.writes();
  await page.evaluate(([who, edges]) => globalThis.logIn(who, edges), [ALICE, edges]);
  const charge = page.evaluate((nonce) => globalThis.charge(nonce, 9), nonce);
  while ((await control.writes()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
  await page.evaluate(() => globalThis.logOut());
  assert.deepEqual(await charge, { code: "aborted", outcome: "unknown" });
  await control.revive();
}
