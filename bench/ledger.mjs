// The local shardd with the regions a group asks for, and what a bench may do to them.
import { startLedger as start } from "../tests/npm/ledger.mjs";

const NO_NODES = JSON.stringify({ error: "no libp2p nodes discovered" });

/** What can be wrong with a region, as the control endpoint takes it. */
export const FAULTS = {
  "black-holed": { kind: "black-hole" },
  refusing: { kind: "refuse" },
  "503, no nodes": { kind: "status", status: 503, body: NO_NODES },
  // The write is booked and its answer lost, which is the harder half of a reset.
  resetting: { kind: "reset-after" },
};

export async function startLedger(regions) {
  const { edges, control, end } = await start(regions);
  return new Ledger(edges, control, end);
}

class Ledger {
  constructor(edges, control, end) {
    this.edges = edges;
    this.control = control;
    this.end = end;
  }

  fault(region, fault) {
    return this.#ask("POST", `/regions/${region}/fault`, fault);
  }

  revive(region) {
    return this.#ask("POST", `/regions/${region}/revive`);
  }

  /** Ends every kept connection, so that whoever calls next connects anew. */
  async hangUp() {
    for (const region of this.edges.keys()) {
      await this.fault(region, FAULTS.refusing);
      await this.revive(region);
    }
  }

  /** How many probes each region has seen since the last time it was asked. */
  async probes() {
    const { regions } = await this.#ask("GET", "/requests");
    await this.#ask("DELETE", "/requests");
    return regions.map((counts) => counts["GET /gateway/health"] ?? 0);
  }

  /** How many events with this nonce each region's node has. */
  async copies(nonce) {
    const { regions } = await this.#ask("GET", "/events");
    return regions.map(({ events }) => events.filter((event) => event.idempotency_nonce === nonce).length);
  }

  /** How often two copies of one write met at two nodes, or had to be voided. */
  async conflicts() {
    const { storms, voids } = await this.#ask("GET", "/storms");
    return storms.length + voids;
  }

  async #ask(method, path, body) {
    const init = { method };
    if (body) Object.assign(init, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    const response = await fetch(this.control + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`the control endpoint answered ${response.status} to ${path}: ${text}`);
    return text ? JSON.parse(text) : null;
  }
}
