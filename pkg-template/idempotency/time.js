// A call's clock and its timers, which are looked up when they are used.
import { quietly } from "../quietly.js";

/** Timers take 31 bits. */
export const LONGEST_MS = 2_147_483_647;

let originUnixMs;

/** Unix milliseconds that never go back, unless the user's clock does. */
export function clock(now) {
  const told = now && quietly(now);
  if (typeof told === "number") return told;
  originUnixMs ??= Date.now() - performance.now();
  return originUnixMs + performance.now();
}

/** Resolves after so long, or when `watch` says that the key has changed. */
export function paused(ms, watch, name) {
  return new Promise((resolve) => {
    const controller = new AbortController();
    function over() {
      clearTimeout(timer);
      controller.abort();
      resolve();
    }
    const timer = setTimeout(over, Math.min(ms, LONGEST_MS));
    // One that fails tells nothing: who waits looks from time to time.
    if (watch) quietly(async () => {
      await watch(name, controller.signal);
      over();
    });
  });
}
