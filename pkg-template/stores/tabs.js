// Word of changes between the tabs of an origin.
import { wakeups } from "./wakeups.js";

export function tabs(name) {
  const changes = wakeups();
  const open = () => typeof BroadcastChannel === "function" ? new BroadcastChannel(`shardd:${name}`) : undefined;
  let ear, voice;

  return {
    wake(key) {
      changes.wake(key);
      voice ??= open();
      voice?.postMessage(key);
    },

    // Open only as long as somebody listens: a page with an open channel is not kept for the way back to it.
    async wait(key, signal) {
      if (!ear && (ear = open())) ear.onmessage = ({ data }) => changes.wake(data);
      await changes.wait(key, signal);
      if (changes.any) return;
      ear?.close();
      ear = undefined;
    },
  };
}
