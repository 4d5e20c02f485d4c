// The page people open first. It uses the package as their own page would: an import, a constructor, calls.
import { Books } from "./books.js";
import { Control } from "./control.js";
import { Decisions } from "./decisions.js";
import { byId, figure } from "./dom.js";
import { Regions } from "./regions.js";

// One per tab, kept over a reload: two visitors must not upset each other's sums.
const BUCKET = (sessionStorage.bucket ??= `demo-${crypto.randomUUID().slice(0, 8)}`);
const ACCOUNT = "user:alice";
// Shorter than the default minute, so that a visitor sees a revived region come back.
const COOLDOWN_MS = 15_000;
// A booking takes no longer than this on a machine that works at all.
const BOOKING_LIMIT_MS = 20_000;

const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

async function start() {
  const { edges, control: controlUrl } = await (await fetch("/config.json")).json();
  const { InsufficientFundsError, Shardd } = await import("/pkg/dist/index.js");

  const onEvent = (event) => decisions.tell(event);
  const shardd = new Shardd("demo", { edges, cooldownMs: COOLDOWN_MS, onEvent });
  const control = new Control(controlUrl);
  const table = () => shardd.edgeTable();
  const regions = new Regions(byId("regions"), edges, { flip, table, cooldownMs: COOLDOWN_MS });
  const decisions = new Decisions(byId("decisions"), (url) => regions.nameOf(url));
  const books = new Books({ control, bucket: BUCKET, regions });

  async function flip(at) {
    const card = regions.cards[at];
    const kill = !card.killed;
    decisions.add("operator", `You ${kill ? "kill" : "revive"} ${card.name}`);
    await (kill ? control.kill(at) : control.revive(at));
    card.killed = kill;
    regions.draw();
    // What was read before the flip must not be drawn after it.
    books.refresh();
  }

  // skipHold: by default a debit also holds five times its amount, another story than this page's.
  const charge = (options) => write("Charg", -10, (own) => shardd.charge(BUCKET, ACCOUNT, 10, { skipHold: true, ...own }), options);
  const credit = () => write("Credit", 100, (own) => shardd.credit(BUCKET, ACCOUNT, 100, own));

  async function write(verb, amount, call, options) {
    say(`${verb}ing…`, "busy");
    try {
      const { balance, meta } = await books.follow(call(options), amount);
      showBalance(balance);
      const tries = meta.attempts === 1 ? "first attempt" : `${meta.attempts} attempts`;
      const done = `${verb}ed ${Math.abs(amount)} at ${regions.nameOf(meta.edge)}: ${tries}, ${Math.round(meta.elapsedMs)} ms`;
      say(done, "done");
      decisions.add("result", done);
    } catch (error) {
      const short = error instanceof InsufficientFundsError;
      say(short ? `Refused: ${figure(-amount - error.availableBalance)} credits short` : error.message, "failed");
      decisions.add("error", `${error.name}: ${error.message}`);
      // It may have been booked. The nonce makes sending it again safe, whichever it was.
      const { idempotencyNonce, outcome } = error;
      if (outcome === "unknown") offerAgain(() => write(verb, amount, call, { ...options, idempotencyNonce }));
    }
    await books.refresh();
  }

  async function drama() {
    const at = Math.max(0, regions.pinned());
    const nonce = crypto.randomUUID();
    byId("drama").disabled = true;
    try {
      await control.mute(at);
      const charging = charge({ idempotencyNonce: nonce });
      await Promise.race([booked(nonce), charging]);
      if (!regions.cards[at].killed) await flip(at);
      await charging;
    } finally {
      byId("drama").disabled = false;
    }
  }

  // The kill must come after the booking and before the answer, which the muted region never gives.
  async function booked(nonce) {
    for (const from = performance.now(); performance.now() - from < BOOKING_LIMIT_MS; ) {
      const events = (await control.events(BUCKET)).flat();
      if (events.some((event) => event.idempotency_nonce === nonce)) return;
      await pause(15);
    }
  }

  byId("charge").addEventListener("click", () => charge());
  byId("credit").addEventListener("click", credit);
  byId("drama").addEventListener("click", drama);

  await books.refresh();
  const { accounts } = await shardd.getBalances(BUCKET);
  // By bucket too: a ledger without keys, as the local one, lists every bucket.
  showBalance(accounts.find((row) => row.bucket === BUCKET && row.account === ACCOUNT)?.balance ?? 0);
  say(`${regions.cards[regions.pinned()]?.name ?? "A region"} won the race and serves from now on`, "done");
  for (const id of ["charge", "credit", "drama"]) byId(id).disabled = false;
}

function showBalance(balance) {
  byId("balance").textContent = figure(balance);
}

function offerAgain(again) {
  byId("again").hidden = false;
  byId("again").onclick = again;
}

function say(text, mood) {
  byId("again").hidden = true;
  byId("status").textContent = text;
  byId("status").dataset.mood = mood;
}

start().catch((error) => say(`The page cannot start: ${error.message}`, "failed"));
