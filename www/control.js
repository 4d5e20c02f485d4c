// The control endpoint of the local shardd: the hand that pulls the plug, and a look into every node's books.
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

  /** `{ regions: [{ killed, nodeId }], conflicts }` */
  async state() {
    const { regions, storms, voids } = await this.#ask("/");
    const shown = regions.map(({ fault, node_id: nodeId }) => ({ killed: fault.kind === "refuse", nodeId }));
    return { regions: shown, conflicts: storms.length + voids };
  }

  /** The events of one bucket, for each region as its node has them. */
  async events(bucket) {
    const { regions } = await this.#ask("/events");
    return regions.map(({ events }) => events.filter((event) => event.bucket === bucket));
  }

  async #ask(path, body) {
    const init = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(this.base + path, init);
    if (!response.ok) throw new Error(`The control endpoint answered ${response.status} to ${path}.`);
    return response.json();
  }
}
