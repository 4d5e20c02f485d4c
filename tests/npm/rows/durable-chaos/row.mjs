// Chaos in a real browser: in each charge the tab is killed at a random moment, regions fail, and whoever opens the page again
// resumes. The ledger has each charge exactly once.
//
// With --all: 200 charges by one tab and 200 with two that resume at once, or as many as CHAOS_CHARGES says. CHAOS_SEED throws other dice;
// the machine's own timing is in none of them.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { conformance } from "../../conformance.mjs";
import { Control } from "../../control.mjs";
import { Tabs } from "../../tabs.mjs";
import { Dice } from "./dice.mjs";

export const manifest = { type: "module" };

const MANY = 200;
/** So short that a hopeless call is over soon; the tab that comes after has more time. */
const CLIENT = { timeoutMs: 9_000, attemptTimeoutMs: 3_000 };
const PATIENT = { timeoutMs: 60_000, attemptTimeoutMs: 10_000 };
const FAULTS = [
  { kind: "delay", delay_ms: 60 }, { kind: "delay", delay_ms: 400 }, { kind: "black-hole" }, { kind: "refuse" }, { kind: "reset-before" },
  { kind: "reset-after" }, { kind: "status", status: 503 }, { kind: "status", status: 503, applied: true }, { kind: "garbage" },
  { kind: "truncate" }, { kind: "stall-body" },
];

/** No measure of anything: one charge with its repair takes seconds, and what takes so long hangs. */
const LIMIT_MS = 240_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Fails instead of waiting for ever: of a dead tab nothing comes, not even an error. */
function limited(work) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

export async function run(project) {
  await cp("tests/npm/rows/durable-page/page.js", join(project.folder, "page.js"));
  await conformance(project);
  const charges = Number(process.env.CHAOS_CHARGES ?? MANY);
  const seed = Number(process.env.CHAOS_SEED ?? 1);
  const tabs = await Tabs.open(project, ["page.js"]);
  const chaos = new Chaos(tabs, project.ledger, seed);
  try {
    await chaos.measure();
    for (const count of [1, 2]) {
      for (let at = 0; at < charges; at++) await limited(chaos.charge(`${count}-tab-${at}`, count));
    }
    await limited(chaos.judge());
    return `${tabs.version}, seed ${seed}: ${chaos.figures()}`;
  } catch (error) {
    throw new Error(`seed ${seed}, ${chaos.figures()}, ${chaos.story.join("; ")}: ${error.message}`, { cause: error });
  } finally {
    await tabs.close();
  }
}

class Chaos {
  #tabs;
  #edges;
  #control;
  #dice;
  #nonces = [];
  #usualMs;
  /** Where the kills hit. */
  #hit = { "before the record": 0, "before a copy": 0, "in doubt": 0, "after the answer": 0 };
  #bookedAtDeath = 0;
  #resumed = 0;
  /** Of the charge under way. */
  story = [];

  constructor(tabs, ledger, seed) {
    this.#tabs = tabs;
    this.#edges = ledger.edges;
    this.#control = new Control(ledger);
    this.#dice = new Dice(seed);
  }

  figures() {
    const hits = Object.entries(this.#hit).map(([when, count]) => `${count} ${when}`).join(", ");
    return `${this.#nonces.length} charges, killed ${hits}; ${this.#bookedAtDeath} booked by then, ${Math.round(this.#resumed)} finished by resume()`;
  }

  async #tab(options) {
    const page = await this.#tabs.tab("page.html");
    await page.evaluate(([edges, options]) => globalThis.connect(edges, options), [this.#edges, options]);
    return page;
  }

  /** How long a charge takes here if nothing happens: kills are to hit all of it, on a machine of any speed. */
  async measure() {
    const times = [];
    for (let at = 0; at < 3; at++) {
      const page = await this.#tab(CLIENT);
      const from = performance.now();
      const { error } = await page.evaluate((nonce) => globalThis.charge(nonce), `measure-${at}`);
      assert.equal(error, undefined);
      times.push(performance.now() - from);
      await page.close();
    }
    this.#usualMs = times.sort((a, b) => a - b)[1];
  }

  async charge(nonce, tabs) {
    this.story = [nonce];
    this.#nonces.push(nonce);
    await this.#break();
    await this.#die(nonce);
    // As often as not the regions still fail when the page is opened again.
    if (this.#dice.chance(50)) await this.#control.revive();
    const pages = await Promise.all(Array.from({ length: tabs }, () => this.#tab(PATIENT)));
    const [page] = pages;
    const stage = await this.#stage(page, nonce);
    this.#hit[stage] += 1;
    const booked = await this.#control.count(nonce);
    this.#bookedAtDeath += booked;
    this.story.push(`killed ${stage}, booked ${booked}`);
    if (stage === "before the record") assert.equal(booked, 0, "it was sent and not recorded");
    await this.#resume(pages, nonce);
    await this.#control.revive();
    // Who knows his nonce can always ask again.
    const { result, error } = await page.evaluate((nonce) => globalThis.charge(nonce), nonce);
    assert.equal(error, undefined, `charging again: ${JSON.stringify(error)}`);
    const isNew = stage === "before the record";
    assert.deepEqual([result.deduplicated, result.meta.attempts > 0], [!isNew, isNew], "asked for again");
    assert.equal(await this.#control.count(nonce), 1);
    for (const each of pages) await each.close();
  }

  async #break() {
    await this.#control.revive();
    for (const region of this.#edges.keys()) {
      if (!this.#dice.chance(35)) continue;
      const fault = { ...this.#dice.of(FAULTS), ...(this.#dice.chance(60) ? { only: "events" } : {}), ...(this.#dice.chance(40) ? { count: 1 } : {}) };
      this.story.push(`${region}: ${JSON.stringify(fault)}`);
      await this.#control.fault(region, fault);
    }
  }

  async #die(nonce) {
    const dice = this.#dice;
    const page = await this.#tab(CLIENT);
    const span = dice.chance(60) ? this.#usualMs * 1.2 : dice.chance(60) ? this.#usualMs * 4 : 2_500;
    const [afterMs, hard] = [dice.roll() * span, dice.chance(50)];
    const renderers = await this.#tabs.renderers();
    const crashed = page.waitForEvent("crash");
    // Not awaited: of a tab that dies at the wrong moment nothing comes, not even an error.
    let heard = "nothing";
    page.evaluate((nonce) => globalThis.charge(nonce), nonce).then(({ error }) => (heard = error?.code ?? "an answer"), () => {});
    await pause(afterMs);
    // Either the process ends itself, or it is ended.
    if (hard) for (const pid of renderers) process.kill(pid, "SIGKILL");
    else this.#tabs.ask(page, "Page.crash").catch(() => {});
    await crashed;
    this.story.push(`${hard ? "SIGKILL" : "crash"} after ${Math.round(afterMs)} of ${Math.round(this.#usualMs)} ms, it had heard ${heard}`);
    await page.close();
  }

  /** What the dead tab left. */
  async #stage(page, nonce) {
    const record = await page.evaluate((nonce) => globalThis.held(nonce), nonce);
    if (record === null) return "before the record";
    if (record.text.charCodeAt(1) === 1) return "after the answer";
    return record.text.includes("http://") ? "in doubt" : "before a copy";
  }

  async #resume(pages, nonce) {
    for (let calm = false; ; calm = true) {
      const told = await Promise.all(pages.map((page) => page.evaluate(() => globalThis.resume())));
      for (const { write, result, error } of told.flat()) {
        assert.equal(write.idempotencyNonce, nonce, "an old one is left");
        this.story.push(`resumed: ${error ? `${error.code} ${error.outcome}` : "done"}`);
        if (error) assert.ok(!calm && error.outcome === "unknown", JSON.stringify(error));
        this.#resumed += result ? 1 / told.flat().length : 0;
      }
      const pending = await pages[0].evaluate(() => globalThis.pending());
      if (pending.length === 0) return;
      assert.ok(!calm, "it stays unfinished");
      await this.#control.revive();
    }
  }

  async judge() {
    this.story = ["at the end"];
    for (const nonce of this.#nonces) {
      let ids;
      // Each region hears of it.
      do ids = await this.#control.booked(nonce); while (ids.some((each) => each.length === 0));
      assert.equal(new Set(ids.flat()).size, 1, `${nonce} is booked ${JSON.stringify(ids)}`);
    }
    assert.deepEqual(await this.#control.storms(), { storms: [], voids: 0 });
    const response = await fetch(`${this.#edges[0]}/balances?bucket=app`, { headers: { authorization: "Bearer local" } });
    const { accounts } = await response.json();
    assert.equal(accounts.find(({ account }) => account === "alice").balance, -5 * (this.#nonces.length + 3));
  }
}
