// Durable writes in Chromium: records in IndexedDB, two tabs of one origin, tabs whose process is killed.
import assert from "node:assert/strict";
import { conformance } from "../../conformance.mjs";
import { Control } from "../../control.mjs";
import { shown } from "../../readme.mjs";
import { Tabs } from "../../tabs.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await conformance(project);
  await project.write("readme.js", withRegions(await shown("durable")));
  const tabs = await Tabs.open(project, ["page.js", "readme.js"]);
  try {
    const place = { tabs, edges: project.ledger.edges, control: new Control(project.ledger) };
    for (const check of CHECKS) await check(place);
    return `${tabs.version}, ${CHECKS.length} checks`;
  } finally {
    await tabs.close();
  }
}

/** The README's code with the regions of the test, and its lines on the page. */
function withRegions(code) {
  return code
    .replace("{ store:", `{ edges: new URLSearchParams(location.search).get("edges").split(","), store:`)
    .replace(/^((?:import [^;]+;\n)+)/, `$1
const getToken = async () => "local";
const user = { id: "alice" };
const console = { log: (line) => document.body.append(line + "\\n") };
globalThis.ready = true;
`);
}

async function connected({ tabs, edges }, options, before, origin) {
  const page = await tabs.tab("page.html", before, origin);
  await page.evaluate(([edges, options]) => globalThis.connect(edges, options), [edges, options]);
  return page;
}

/** Starts a charge whose answer never comes, and returns once its copy has arrived. */
async function leftBehind({ control }, page, nonce) {
  for (const region of [0, 1, 2]) await control.fault(region, { kind: "stall-body", only: "events" });
  const before = await control.writes();
  await page.evaluate((nonce) => { globalThis.charge(nonce); }, nonce);
  while ((await control.writes()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The clock stands still: no lease ends by itself. */
const TIMELESS = "const begun = Date.now(); Date.now = () => begun;";

const CHECKS = [
  async function theStoreConforms({ tabs }) {
    const page = await tabs.tab("page.html");
    const { cases, skipped, races, crashes } = await page.evaluate(() => globalThis.conforms());
    assert.deepEqual([cases, skipped, races], [28, 0, 40]);
    assert.ok(crashes >= 10, crashes);
    await page.close();
  },

  async function whatIsDoneIsReplayedInALaterTab(place) {
    const first = await connected(place);
    const { result } = await first.evaluate(() => globalThis.charge("done"));
    await place.tabs.crash(first);
    const second = await connected(place);
    const before = await place.control.writes();
    const again = await second.evaluate(() => globalThis.charge("done"));
    assert.deepEqual([result.deduplicated, again.result.deduplicated, again.result.balance], [false, true, result.balance]);
    const other = await second.evaluate(() => globalThis.charge("done", 6));
    assert.deepEqual([other.error.name, other.error.outcome], ["ConflictError", "rejected"]);
    assert.equal(await place.control.writes(), before);
    await second.close();
  },

  async function aLockTellsAtOnceWhoHasDied(place) {
    const [first, second] = [await connected(place), await connected(place, {}, TIMELESS)];
    for (const [nonce, end] of [["closed", (page) => page.close()], ["killed", (page) => place.tabs.crash(page)]]) {
      const page = nonce === "closed" ? first : await connected(place);
      await leftBehind(place, page, nonce);
      assert.deepEqual(await second.evaluate(() => globalThis.pending()), [], "it is alive");
      await end(page);
      await place.control.revive();
      let pending;
      // The browser lets go of a dead tab's locks by itself, and in its own time.
      do pending = await second.evaluate(() => globalThis.pending()); while (pending.length === 0);
      assert.deepEqual(pending.map(({ idempotencyNonce, amount }) => [idempotencyNonce, amount]), [[nonce, -5]]);
      const [{ result, error }] = await second.evaluate(() => globalThis.resume());
      assert.equal(error, undefined);
      assert.equal(result.event.idempotencyNonce, nonce);
      assert.deepEqual([await place.control.count(nonce), await second.evaluate(() => globalThis.pending())], [1, []]);
    }
    await second.close();
  },

  async function twoTabsThatResumeAtOnceDoItOnce(place) {
    const first = await connected(place, { ambiguousWrites: "same-edge" });
    await leftBehind(place, first, "two");
    const both = [await connected(place), await connected(place)];
    await place.tabs.crash(first);
    await place.control.revive();
    const before = await place.control.writes();
    const told = await Promise.all(both.map((page) => page.evaluate(() => globalThis.resume())));
    for (const [{ error, result }, ...more] of told) {
      assert.deepEqual([error, more], [undefined, []]);
      assert.equal(result.event.idempotencyNonce, "two");
    }
    assert.deepEqual([(await place.control.writes()) - before, await place.control.count("two")], [1, 1]);
    for (const page of both) await page.close();
  },

  async function withoutLocksTheLeaseDecides(place) {
    const before = "Object.defineProperty(navigator, 'locks', { value: undefined });";
    const first = await connected(place, {}, before);
    await leftBehind(place, first, "lease");
    const second = await connected(place, {}, `${before} let ahead = 0; const real = Date.now; Date.now = () => real() + ahead; globalThis.later = (ms) => { ahead += ms; };`);
    assert.deepEqual(await second.evaluate(() => globalThis.pending()), []);
    await place.tabs.crash(first);
    await place.control.revive();
    await second.evaluate(() => globalThis.later(5_000));
    assert.equal((await second.evaluate(() => globalThis.pending())).length, 1);
    const [{ error }] = await second.evaluate(() => globalThis.resume());
    assert.deepEqual([error, await place.control.count("lease")], [undefined, 1]);
    await second.close();
  },

  async function aChangeIsHeardInAnotherTab({ tabs }) {
    const [first, second] = [await tabs.tab("page.html"), await tabs.tab("page.html")];
    const woken = second.evaluate(() => {
      const controller = new AbortController();
      const woken = globalThis.store.watch("told", controller.signal);
      globalThis.listening = true;
      return woken.then(() => "woken");
    });
    await second.waitForFunction(() => globalThis.listening);
    await first.evaluate(() => globalThis.store.update("told", () => ({ put: Uint8Array.of(1), expiresAtUnixMs: Date.now() + 60_000 })));
    assert.equal(await woken, "woken");
    for (const page of [first, second]) await page.close();
  },

  async function theDatabaseMayBeDeletedAndIsOpenedAgain({ tabs }) {
    const [first, second] = [await tabs.tab("page.html"), await tabs.tab("page.html")];
    const put = () => globalThis.step("gone", [7]);
    assert.deepEqual(await first.evaluate(put), { reply: null });
    const end = await second.evaluate(() => new Promise((resolve) => {
      const request = indexedDB.deleteDatabase("gone");
      request.onsuccess = () => resolve("deleted");
      request.onblocked = () => resolve("blocked");
    }));
    assert.equal(end, "deleted", "the store gives way");
    assert.deepEqual([await first.evaluate(put), await first.evaluate(put)], [{ reply: null }, { reply: [7] }]);
    for (const page of [first, second]) await page.close();
  },

  async function whatTheBrowserClearsIsOpenedAnew(place) {
    const origin = place.tabs.otherOrigin;
    const page = await connected(place, {}, undefined, origin);
    for (let at = 0; at < 3; at++) {
      const { result, error } = await page.evaluate((nonce) => globalThis.charge(nonce), `cleared ${at}`);
      assert.deepEqual([error, result.deduplicated], [undefined, false]);
      await page.evaluate(() => globalThis.counts("cleared", 1));
      // What the user does by "Clear site data": every connection is closed.
      const clear = place.tabs.ask(page, "Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
      const counts = await page.evaluate(() => globalThis.counts("cleared", 40));
      await clear;
      const wrong = counts.filter((count) => typeof count !== "number" && count.reason !== "failed");
      assert.deepEqual(wrong, []);
      const later = await page.evaluate(() => globalThis.counts("cleared", 3));
      assert.deepEqual(later, later.map((_, at) => later[0] + at));
    }
    await page.close();
  },

  async function aConnectionThatIsLostIsOpenedAnew(place) {
    // As WebKit does whose IndexedDB server has ended: from then on every use of the connection throws.
    const page = await connected(place, {}, `{
      const { transaction } = IDBDatabase.prototype;
      const dead = new WeakSet();
      globalThis.lose = () => { globalThis.losing = true; };
      IDBDatabase.prototype.transaction = function (...args) {
        if (globalThis.losing) dead.add(this);
        globalThis.losing = false;
        if (dead.has(this)) throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
        return transaction.apply(this, args);
      };
    }`);
    const before = await place.control.writes();
    for (let at = 0; at < 3; at++) {
      await page.evaluate(() => globalThis.lose());
      const { result, error } = await page.evaluate((nonce) => globalThis.charge(nonce), `lost ${at}`);
      assert.deepEqual([error, result?.deduplicated], [undefined, false]);
    }
    assert.equal((await place.control.writes()) - before, 3);
    await page.evaluate(() => globalThis.counts("lost", 1));
    await page.evaluate(() => globalThis.lose());
    const counts = await page.evaluate(() => globalThis.counts("lost", 40));
    assert.deepEqual(counts.sort((a, b) => a - b), Array.from({ length: 40 }, (_, at) => at + 2));
    await page.close();
  },

  async function aClosedStoreLetsGoAndSaysSo({ tabs }) {
    const page = await tabs.tab("page.html");
    const said = await page.evaluate(async () => {
      await globalThis.counts("ended", 1);
      globalThis.counted.close();
      const [{ name, reason, written }] = await globalThis.counts("ended", 1);
      const end = await new Promise((resolve) => {
        const request = indexedDB.deleteDatabase("ended");
        request.onsuccess = () => resolve("deleted");
        request.onblocked = () => resolve("blocked");
      });
      return [name, reason, written, end];
    });
    assert.deepEqual(said, ["StoreError", "closed", false, "deleted"]);
    await page.close();
  },

  async function anotherProgramsDatabaseIsLeftAlone({ tabs }) {
    const page = await tabs.tab("page.html");
    for (const [name, version] of [["newer", 2], ["other", 1]]) {
      await page.evaluate(([name, version]) => new Promise((resolve) => {
        const request = indexedDB.open(name, version);
        request.onupgradeneeded = () => request.result.createObjectStore("own");
        request.onsuccess = () => resolve(request.result.close());
      }), [name, version]);
      const { error } = await page.evaluate((name) => globalThis.step(name), name);
      assert.deepEqual([error.name, error.reason, error.written], ["StoreError", "foreign", false], name);
      assert.match(error.message, /another program's: give the store a name of its own/);
    }
    await page.close();
  },

  async function whoKeepsTheDatabaseIsTold({ tabs }) {
    const [first, second] = [await tabs.tab("page.html"), await tabs.tab("page.html")];
    await first.evaluate(() => new Promise((resolve) => {
      // Gives way to nobody.
      indexedDB.open("kept", 1).onsuccess = ({ target }) => resolve(void (globalThis.kept = target.result));
    }));
    await first.evaluate(() => { indexedDB.deleteDatabase("kept"); });
    const { error } = await second.evaluate(() => globalThis.step("kept"));
    assert.deepEqual([error.reason, error.written], ["blocked", false]);
    await first.close();
    await second.close();
  },

  async function withoutIndexedDbThereIsOneClearError(place) {
    for (const before of [
      "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });",
      // As a browser does that keeps nothing.
      "indexedDB.open = () => { throw new DOMException('denied', 'SecurityError'); };",
      "indexedDB.open = () => { const request = {}; setTimeout(() => { request.error = new DOMException('no', 'InvalidStateError'); request.onerror(); }); return request; };",
    ]) {
      const page = await connected(place, {}, before);
      const { error } = await page.evaluate(() => globalThis.charge("private"));
      assert.deepEqual([error.name, error.reason, error.outcome], ["ServiceUnavailableError", "store", "rejected"]);
      assert.deepEqual([error.cause.name, error.cause.reason], ["StoreError", "unavailable"]);
      assert.match(error.cause.message, /no IndexedDB here.*memoryStore/);
      await page.evaluate((edges) => globalThis.connect(edges, { storeFailure: "open" }), place.edges);
      assert.equal((await page.evaluate(() => globalThis.charge("private"))).error, undefined);
      assert.ok(await page.evaluate(() => globalThis.heard.some(({ type, reason }) => type === "warning" && reason === "store")));
      await page.close();
    }
  },

  async function aFullDiskRefusesAndNothingIsSent(place) {
    // Elsewhere: where there was room a moment ago, the browser does not count anew.
    const origin = place.tabs.otherOrigin;
    const page = await connected(place, {}, undefined, origin);
    await place.tabs.ask(page, "Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    const before = await place.control.writes();
    const { error } = await page.evaluate(() => globalThis.charge("no room"));
    assert.deepEqual([error?.reason, error?.outcome, error?.cause.reason], ["store", "rejected", "quota"]);
    assert.equal(await place.control.writes(), before);
    await page.close();
  },

  async function noSecretIsStored(place) {
    const page = await connected(place);
    await page.evaluate(() => globalThis.charge("secret"));
    const { text } = await page.evaluate(() => globalThis.held("secret"));
    assert.match(text, /secret/);
    assert.doesNotMatch(text, /bearer|authorization|local(?!\w)/i);
    await page.close();
  },

  async function theReadmesCodeFinishesWhatAClosedTabLeft({ tabs, edges, control }) {
    const credit = { bucket: "my-app", account: "user:alice", amount: 100, idempotency_nonce: "credit", min_acks: 2 };
    const headers = { "content-type": "application/json" };
    assert.equal((await fetch(`${edges[0]}/events`, { method: "POST", headers, body: JSON.stringify(credit) })).status, 201);
    const url = `readme.html?edges=${encodeURIComponent(edges.join(","))}`;
    for (const region of [0, 1, 2]) await control.fault(region, { kind: "stall-body", only: "events" });
    const before = await control.writes();
    const first = await tabs.tab(url);
    while ((await control.writes()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
    await tabs.crash(first);
    await control.revive();
    const second = await tabs.tab(url);
    await second.waitForFunction(() => document.body.textContent.includes("\n"));
    assert.match(await second.textContent("body"), /^order #9821: charged, balance 90\n/);
    assert.equal(await control.count("order-9821"), 1);
    await second.close();
  },
];
