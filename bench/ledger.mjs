// The local shardd with the regions a group asks for, and what a bench may do to them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const START_MS = 10_000;
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
  const binary = process.env.SHARDD_LOCAL;
  if (!binary) throw new Error("SHARDD_LOCAL must name the shardd-local binary.");
  const child = spawn(binary, [...regions, "--port", "0", "--control-port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // A binary that cannot be started ends its output too, and is reported below.
  const ended = once(child, "exit").catch(() => {});
  const timer = setTimeout(() => child.kill(), START_MS);
  const edges = [];
  let control;
  // The control line is the last one; a child that ends early closes the stream.
  for await (const line of createInterface(child.stdout)) {
    const [kind, ...rest] = line.split(" ");
    if (kind === "region") edges.push(rest[1]);
    if (kind === "control") control = rest[0];
    if (control) break;
  }
  clearTimeout(timer);
  if (!control) throw new Error(`The local shardd did not start: SHARDD_LOCAL is ${binary}.`);
  return new Ledger(edges, control, async () => {
    child.kill("SIGTERM");
    await ended;
  });
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
