// A short history of round trips as a line; a gap is a region that did not answer.
const SVG = "http://www.w3.org/2000/svg";
const SAMPLES = 40;
const HEIGHT = 32;
const FULL_SCALE_MS = 200;

export class Sparkline {
  #samples = [];
  #path = document.createElementNS(SVG, "path");

  constructor() {
    this.node = document.createElementNS(SVG, "svg");
    this.node.setAttribute("class", "sparkline");
    this.node.setAttribute("viewBox", `0 0 ${SAMPLES - 1} ${HEIGHT}`);
    this.node.setAttribute("preserveAspectRatio", "none");
    this.node.setAttribute("aria-hidden", "true");
    this.node.append(this.#path);
  }

  /** Adds a round trip in milliseconds, or `null` for none. */
  add(rttMs) {
    this.#samples.push(rttMs);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#path.setAttribute("d", this.#line());
  }

  #line() {
    const start = SAMPLES - this.#samples.length;
    let pen = "M";
    let line = "";
    for (const [at, rttMs] of this.#samples.entries()) {
      if (rttMs === null) {
        pen = "M";
        continue;
      }
      const y = HEIGHT - 1 - Math.min(rttMs / FULL_SCALE_MS, 1) * (HEIGHT - 2);
      line += `${pen}${start + at} ${y.toFixed(1)}`;
      pen = "L";
    }
    return line;
  }
}
