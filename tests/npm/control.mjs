// The control endpoint of the local shardd: faults to set, and the ledger's own books.

export class Control {
  constructor({ control }) {
    this.url = control;
  }

  async fault(region, fault) {
    const response = await fetch(`${this.url}/regions/${region}/fault`, { method: "POST", body: JSON.stringify(fault) });
    if (!response.ok) throw new Error(await response.text());
  }

  /** From now on all regions know at once of each write: whichever serves shows the same balance. */
  async replicateAtOnce() {
    const { regions } = await this.#get("events");
    for (const from of regions.keys()) {
      for (const to of regions.keys()) {
        if (from !== to) await fetch(`${this.url}/links`, { method: "POST", body: JSON.stringify({ from, to, delay_ms: 0 }) });
      }
    }
  }

  async revive() {
    const { regions } = await this.#get("events");
    for (const [region] of regions.entries()) await fetch(`${this.url}/regions/${region}/revive`, { method: "POST" });
  }

  /** The standard events of each nonce: by region, the ids. */
  async booked(nonce) {
    const { regions } = await this.#get("events");
    return regions.map(({ events }) =>
      events.filter((event) => event.idempotency_nonce === nonce && event.type === "standard").map(({ event_id: id }) => id));
  }

  /** How many events of this nonce there are, wherever they have arrived. */
  async count(nonce) {
    return new Set((await this.booked(nonce)).flat()).size;
  }

  /** The ids of the standard events of every nonce, wherever they have arrived. */
  async eventIds() {
    const { regions } = await this.#get("events");
    const ids = new Map();
    for (const { event_id: id, idempotency_nonce: nonce, type } of regions.flatMap(({ events }) => events)) {
      if (type === "standard") ids.set(nonce, (ids.get(nonce) ?? new Set()).add(id));
    }
    return ids;
  }

  /** Whether the regions know of all of each other's events. */
  async converged() {
    return (await this.#get("")).replication.converged;
  }

  storms() {
    return this.#get("storms");
  }

  /** How many writes have arrived. */
  async writes() {
    const { regions } = await this.#get("requests");
    return regions.reduce((sum, requests) => sum + (requests["POST /events"] ?? 0), 0);
  }

  async #get(path) {
    return (await fetch(`${this.url}/${path}`)).json();
  }
}
