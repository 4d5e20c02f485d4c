// The page in a real browser, driven as a visitor would: real clicks, and the ledger's own books as the judge.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { openPage } from "./browser.mjs";
import { startSite } from "./site.mjs";

const PICTURES = "target/page";

// How far the regions are, in milliseconds there and back: during the race, and after it. Far enough apart that no machine
// is slow enough to mix them up, and so far that the client, whose patience grows with the distance, calls none dead
// that is only slow.
const RACE_MS = [100, 1_500, 1_800];
const LATER_MS = [100, 150, 200];
let passed = 0;

async function check(sentence, work) {
  const from = performance.now();
  await work();
  passed += 1;
  console.log(`  ✓ ${sentence.padEnd(74)}${String(Math.round(performance.now() - from)).padStart(6)} ms`);
}

async function place(control, distances) {
  for (const [region, delay_ms] of distances.entries()) {
    const init = { method: "POST", body: JSON.stringify({ delay_ms }) };
    assert.equal((await fetch(`${control}/regions/${region}/delay`, init)).status, 200);
  }
}

async function visit({ page, errors }, control) {
  const balance = (value) => page.locator("#balance", { hasText: new RegExp(`^${value}$`) }).waitFor();
  const flip = (name) => page.getByRole("article", { name }).getByRole("button").click();
  const state = (name, value) => page.locator(`article[aria-label="${name}"][data-state="${value}"]`).waitFor();
  const press = (name) => page.getByRole("button", { name, exact: false }).click();
  const done = (text) => page.locator("#status[data-mood=done]", { hasText: text }).waitFor();

  await check("the nearest region wins the race without a click", async () => {
    await state("Region 1", "pinned");
    await balance("0");
    await place(control, LATER_MS);
  });
  await check("a credit and a charge land there", async () => {
    await press("Credit 100");
    await balance("100");
    await press("Charge 10");
    await balance("90");
    await done("Charged 10 at Region 1: first attempt");
  });
  // Which of the other two comes next is the ranking's affair: a first probe pays for its connection.
  let second, third;
  await check("the pinned region is killed by a click, the next charge goes on elsewhere", async () => {
    await flip("Region 1");
    await state("Region 1", "killed");
    await press("Charge 10");
    await balance("80");
    // The cards follow the client within a moment.
    second = await page.locator('article[data-state=pinned]:not([aria-label="Region 1"])').getAttribute("aria-label");
    third = second === "Region 2" ? "Region 3" : "Region 2";
    await done(`Charged 10 at ${second}`);
  });
  await check("killed mid-charge: booked by the dead region, answered by the last one", async () => {
    await page.locator("#drama").click();
    await balance("70");
    await done(`Charged 10 at ${third}: 2 attempts`);
    await state(second, "killed");
    await page.getByText("deduplicated").waitFor();
    await page.screenshot({ path: `${PICTURES}/screenshot.png` });
  });
  await check("an overdraft is refused in words", async () => {
    for (let left = 60; left >= 0; left -= 10) {
      await page.locator("#charge").click();
      await balance(String(left));
    }
    await page.locator("#charge").click();
    await page.locator("#status[data-mood=failed]", { hasText: "Refused: 10 credits short" }).waitFor();
  });
  await check("both regions are revived, and every node has the same books", async () => {
    await flip("Region 1");
    await flip(second);
    await page.locator("#booked[data-holds=true]", { hasText: /^0$/ }).waitFor();
    const bucket = await page.evaluate(() => sessionStorage.bucket);
    const { regions } = await (await fetch(`${control}/events`)).json();
    for (const { events } of regions) {
      const own = events.filter((event) => event.bucket === bucket);
      assert.equal(own.length, 11, "one credit and ten charges are eleven events");
      assert.equal(new Set(own.map((event) => event.idempotency_nonce)).size, 11, "each with its own nonce");
    }
    const { storms, voids } = await (await fetch(`${control}/storms`)).json();
    assert.equal(storms.length + voids, 0, "two copies of one write met");
  });
  await check("nothing in the console", async () => assert.deepEqual(errors, []));
}

async function main() {
  await mkdir(PICTURES, { recursive: true });
  let site, browser;
  try {
    site = await startSite();
    await place(site.control, RACE_MS);
    browser = await openPage(site.page);
    await visit(browser, site.control);
    console.log(`\n${passed} passed`);
    return 0;
  } catch (error) {
    console.error(`\n  ✗ ${error.message}`);
    await browser?.page.screenshot({ path: `${PICTURES}/failed.png` }).catch(() => {});
    for (const line of browser?.errors ?? []) console.error(`    console: ${line}`);
    return 1;
  } finally {
    await browser?.close();
    await site?.end();
  }
}

process.exitCode = await main();
