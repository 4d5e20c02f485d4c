// What bench/page.mjs has a page do. Bytes differ each time, so that the browser has nothing of them in a cache.
import { interleave, none, row, within } from "./rounds.mjs";

const ROUNDS = 31;

/** The wasm alone, by `init(bytes)` of the slim entry: compile, instantiate, start. */
export async function compile() {
  const ours = async (round) => {
    const { init } = await import(`/slim.js?${round}`);
    const bytes = await (await fetch(`/wasm?${round}`)).arrayBuffer();
    return time(() => init(bytes));
  };
  const samples = await interleave({ rounds: ROUNDS, warmUp: 3, ours });
  return row("Chromium: compile and instantiate", samples, { bar: within(1.8), note: "other bytes each time" });
}

/** Import and the first client, from one file. */
export async function start(sides) {
  const side = (name) => async (round) => {
    // Fetched before: a local server's answer is no network's.
    const text = await (await fetch(`/${name}.js?${round}`)).text();
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const ms = await time(async () => (await import(url)).begin());
    URL.revokeObjectURL(url);
    return ms;
  };
  const [floor, ours, peer] = ["floor", "ours", "peer"].map((name) => (sides.includes(name) ? side(name) : undefined));
  const samples = await interleave({ rounds: ROUNDS, warmUp: 3, floor, ours, peer });
  return row("Chromium: import and first client, one file", samples, { bar: none, note: "other bytes each time" });
}

async function time(work) {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
