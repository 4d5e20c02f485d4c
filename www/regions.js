// The three cards: how far away a region is, what the client thinks of it, and the switch to kill it.
import { element, figure } from "./dom.js";
import { Sparkline } from "./sparkline.js";

const POLL_MS = 1_000;
const POLL_LIMIT_MS = 3_000;

class Card {
  killed = false;
  rttMs = null;

  constructor(at, url, flip) {
    this.url = url;
    this.name = `Region ${at + 1}`;
    this.sparkline = new Sparkline();
    this.latency = element("span.figure", {}, "–");
    this.state = element("span.state", {}, "waking up");
    this.rest = element("span.rest-bar");
    this.books = element("p.books", {}, "\u00a0");
    this.button = element("button.small", { type: "button", onclick: () => flip(at) }, "Kill");
    this.node = element(
      "article.region",
      { "data-state": "up", "aria-label": this.name },
      element("header", {}, element("h3", {}, this.name), this.state),
      element("p.latency", {}, this.latency, element("span.unit", {}, " ms")),
      this.sparkline.node,
      element("p.url.mono", {}, url.replace(/^https?:\/\//, "")),
      element("footer", {}, this.books, this.button),
      element("div.rest", { "aria-hidden": "true" }, this.rest),
    );
  }

  draw(row, cooldownMs) {
    const cooling = row.state === "cooling";
    const state = this.killed ? "killed" : row.pinned ? "pinned" : cooling ? "cooling" : row.state;
    this.node.dataset.state = state;
    const left = Math.ceil(row.cooldownLeftMs / 1000);
    const words = { killed: "killed", pinned: "pinned", cooling: `resting ${left} s`, "half-open": "rested", up: "ready" };
    this.state.textContent = state === "killed" && cooling ? `killed · resting ${left} s` : (words[state] ?? state);
    this.rest.style.width = `${cooling ? (100 * row.cooldownLeftMs) / cooldownMs : 0}%`;
    this.latency.textContent = this.killed || this.rttMs === null ? "–" : figure(Math.round(this.rttMs));
    this.button.textContent = this.killed ? "Revive" : "Kill";
    this.button.setAttribute("aria-label", `${this.button.textContent} ${this.name}`);
  }
}

export class Regions {
  /** `flip(at)` kills or revives a region; `table()` is the client's view of them. */
  constructor(place, edges, { flip, table, cooldownMs }) {
    this.cards = edges.map((url, at) => new Card(at, url, flip));
    this.table = table;
    this.cooldownMs = cooldownMs;
    place.replaceChildren(...this.cards.map((card) => card.node));
    for (const card of this.cards) this.#poll(card);
    setInterval(() => this.draw(), 200);
  }

  nameOf(url) {
    return this.cards.find((card) => card.url === url)?.name ?? url;
  }

  pinned() {
    return this.table().findIndex((row) => row.pinned);
  }

  draw() {
    for (const [at, row] of this.table().entries()) this.cards[at].draw(row, this.cooldownMs);
  }

  // Measured by the page itself: the client asks only when it has a reason to, a card wants to be alive.
  // A killed region is left alone, because the browser logs every refused connection as an error.
  async #poll(card) {
    for (;;) {
      if (!card.killed && !document.hidden) card.sparkline.add((card.rttMs = await roundTrip(card.url)));
      else card.sparkline.add(null);
      await new Promise((resume) => setTimeout(resume, POLL_MS));
    }
  }
}

async function roundTrip(url) {
  const from = performance.now();
  try {
    const response = await fetch(`${url}/gateway/health`, { cache: "no-store", signal: AbortSignal.timeout(POLL_LIMIT_MS) });
    await response.arrayBuffer();
    return performance.now() - from;
  } catch {
    return null;
  }
}
