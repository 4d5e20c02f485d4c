// A user's line: a relay to each region. Clients of one line share its fate.
import { Relay } from "../../relay.mjs";
import { until } from "./until.mjs";

export class Line {
  relays;

  static async open(regions) {
    const line = new Line();
    line.relays = await Promise.all(regions.map((region) => Relay.open(region)));
    return line;
  }

  get edges() {
    return this.relays.map(({ url }) => url);
  }

  /** Until everything has arrived that was ever sent on it. */
  settled() {
    return until(() => this.relays.every(({ idle }) => idle), "a line is never idle");
  }

  close() {
    return Promise.all(this.relays.map((relay) => relay.close()));
  }
}
