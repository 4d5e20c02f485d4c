// The ledger as its nodes have it, and the proof that it equals what was asked for.
import { byId, clock, element, figure, signedFigure } from "./dom.js";

const POLL_MS = 1_000;
const ROWS = 100;

export class Books {
  #answers = new Map();
  #expected = null;
  #underWay = 0;
  #unknown = new Set();
  #turn = 0;

  constructor({ control, bucket, regions }) {
    this.control = control;
    this.bucket = bucket;
    this.regions = regions;
    setInterval(() => this.refresh(), POLL_MS);
  }

  /** Counts a write. While one is under way, or has ended without an answer, the sums may differ. */
  async follow(write, amount) {
    this.#underWay += 1;
    try {
      const result = await write;
      this.#answers.set(result.event.eventId, result);
      this.#unknown.delete(result.event.idempotencyNonce);
      this.#expected += amount;
      return result;
    } catch (error) {
      if (error.outcome === "unknown") this.#unknown.add(error.idempotencyNonce);
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Reads all nodes; of two reads under way only the later one is shown. */
  async refresh() {
    const turn = ++this.#turn;
    let state, events;
    try {
      [state, events] = await Promise.all([this.control.state(), this.control.events(this.bucket)]);
    } catch {
      return; // The next tick asks again.
    }
    if (turn !== this.#turn) return;
    for (const [at, { killed }] of state.regions.entries()) this.regions.cards[at].killed = killed;
    const births = new Map(state.regions.map(({ nodeId }, at) => [nodeId, at]));
    this.regions.draw();
    const sums = events.map((list) => list.reduce((sum, event) => sum + event.amount, 0));
    this.#expected ??= Math.max(...sums);
    this.#audit(sums, state.conflicts);
    this.#list(events, births);
    for (const [at, card] of this.regions.cards.entries()) card.books.textContent = `${events[at].length} events · sum ${figure(sums[at])}`;
  }

  #audit(sums, conflicts) {
    const agreed = sums.every((sum) => sum === sums[0]);
    const settled = agreed && this.#underWay + this.#unknown.size === 0;
    verdict("expected", figure(this.#expected), null);
    verdict("booked", agreed ? figure(sums[0]) : sums.map(figure).join(" · "), settled ? sums[0] === this.#expected : null);
    verdict("conflicts", String(conflicts), conflicts === 0);
  }

  // `births` tells by its node in which region an event was booked first.
  #list(events, births) {
    const merged = new Map(events.flat().map((event) => [event.event_id, event]));
    const newest = [...merged.values()].sort((a, b) => b.created_at_unix_ms - a.created_at_unix_ms).slice(0, ROWS);
    byId("empty").hidden = newest.length > 0;
    byId("events").replaceChildren(...newest.map((event) => this.#row(event, births.get(event.origin_node_id))));
  }

  #row(event, birth) {
    const answer = this.#answers.get(event.event_id);
    const by = answer ? this.regions.nameOf(answer.meta.edge) : "–";
    return element(
      "tr",
      { "data-type": event.type },
      element("td.mono", {}, clock(event.created_at_unix_ms).slice(0, 8)),
      element("td", {}, event.type === "standard" ? (event.amount < 0 ? "charge" : "credit") : event.type.replace("_", " ")),
      element("td.number", {}, signedFigure(event.amount)),
      element("td", {}, birth === undefined ? "–" : this.regions.cards[birth].name),
      element("td", {}, by),
      element("td", {}, answer ? String(answer.meta.attempts) : "–", answer?.deduplicated ? element("span.tag", {}, "deduplicated") : ""),
    );
  }
}

// `holds`: true is a tick, false a cross, null leaves the question open while nodes replicate.
function verdict(id, text, holds) {
  byId(id).textContent = text;
  byId(id).dataset.holds = holds === null ? "open" : String(holds);
}
