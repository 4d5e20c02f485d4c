// The client's events as sentences, newest first.
import { clock, element } from "./dom.js";

const LIMIT = 200;

const sentences = {
  probe: (e) =>
    e.rttMs === null ? `${e.edge} does not answer the probe`
    : e.fit ? `${e.edge} answers the probe in ${e.rttMs} ms`
    : `${e.edge} answers, but is not fit to serve`,
  pin: (e) => `${e.edge} is pinned`,
  attempt: (e) => `Attempt ${e.attempt} leaves for ${e.edge}`,
  suspect: (e) => `${e.edge} has been silent for ${e.silentMs} ms: does it live?`,
  failover: (e) => `From ${e.edge} to ${e.to}, same nonce: ${e.reason}`,
  retry: (e) => `${e.edge} comes first again${e.waitMs ? ` in ${e.waitMs} ms` : ""}: ${e.reason}`,
  cooldown: (e) => `${e.edge} rests for ${Math.round(e.cooldownMs / 1000)} s: ${e.reason}`,
  settle: (e) => `Waiting ${e.waitMs} ms: two copies must never be under way at two nodes`,
  replay: (e) => `${e.edge} had booked it already: charged once`,
};

export class Decisions {
  constructor(place, nameOf) {
    this.place = place;
    this.nameOf = nameOf;
  }

  /** An event of the client; kinds this page does not know yet are shown by their name. */
  tell(event) {
    const named = { ...event, edge: this.nameOf(event.edge), to: this.nameOf(event.to) };
    this.add(event.type, (sentences[event.type] ?? ((e) => e.type))(named));
  }

  add(kind, sentence) {
    const time = element("time", {}, clock());
    this.place.prepend(element("li", { "data-kind": kind }, time, element("span", {}, sentence)));
    while (this.place.children.length > LIMIT) this.place.lastElementChild.remove();
  }
}
