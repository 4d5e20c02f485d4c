// The control endpoint of the local shardd: what a story may do to a region, and what it may look up.
export class Control {
  constructor(base) {
    this.base = base;
  }

  kill(region) {
    return this.#ask(`/regions/${region}/fault`, { kind: "refuse" });
  }

  /** From now on the region books writes and says nothing: what it is asked stays open until it dies. */
  mute(region) {
    return this.#ask(`/regions/${region}/fault`, { kind: "delay", delay_ms: 60_000, only: "events" });
  }

  revive(region) {
    return this.#ask(`/regions/${region}/revive`, {});
  }

  /** The events of one bucket, for each region as its node sees them. */
  async events(bucket) {
    const { regions } = await this.#ask("/events");
    return regions.map(({ events }) => events.filter((event) => event.bucket === bucket));
  }

  /** How often two copies of one write met at two nodes; it must stay 0. */
  async conflicts() {
    const { storms, voids } = await this.#ask("/storms");
    return storms.length + voids;
  }

  async #ask(path, body) {
    const init = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(this.base + path, init).catch(() => {
      throw new Error(`the control endpoint at ${this.base} does not answer`);
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the control endpoint answered ${response.status} to ${path}`);
    return text ? JSON.parse(text) : null;
  }
}
