// What a scene is played on: regions, perhaps with HTTP/2 in front of them, and the callers.
import { Control } from "../../control.mjs";
import { certificate } from "../../certificate.mjs";
import { Http2Front } from "../../http2.mjs";
import { startLedger } from "../../ledger.mjs";
import { inChromium, inNode } from "./places.mjs";
import { until } from "./until.mjs";

const REGIONS = ["--regions", "3", "--delay", "5,40,120", "--replication-delay", "100"];

/** The engines by name: where their callers live, and whether they speak HTTP/2. */
const ENGINES = {
  "Node, HTTP/1.1": { place: inNode, http2: false },
  "Node, HTTP/2": { place: inNode, http2: true },
  "Chromium, HTTP/1.1": { place: inChromium, http2: false },
  "Chromium, HTTP/2": { place: inChromium, http2: true },
};

export const ENGINE_NAMES = Object.keys(ENGINES);

export class Rig {
  #ledger;
  #fronts = [];
  name;
  place;
  control;

  static async open(project, name) {
    const { place, http2 } = ENGINES[name];
    const rig = new Rig();
    rig.name = name;
    rig.#ledger = await startLedger(REGIONS);
    try {
      rig.control = new Control(rig.#ledger);
      const secure = http2 && certificate();
      if (http2) rig.#fronts = await Promise.all(rig.#ledger.edges.map((edge) => Http2Front.open(edge, secure)));
      rig.place = await place(project, secure);
      return rig;
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  /** What stands behind the relays of a line. */
  get regions() {
    return this.#fronts.length > 0 ? this.#fronts.map(({ url }) => url) : this.#ledger.edges;
  }

  /** Until the regions have done what they were asked, and know of each other's events. */
  async settled() {
    await until(() => this.#fronts.every(({ idle }) => idle), "a region does not answer");
    await until(() => this.control.converged(), "the regions do not converge");
  }

  async close() {
    await this.place?.close();
    await Promise.all(this.#fronts.map((front) => front.close()));
    await this.#ledger.end();
  }
}
