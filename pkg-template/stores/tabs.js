// Word of changes between the tabs of an origin. A channel is open only as long as somebody listens or something was just said: a page
// with an open one is not kept for the way back to it, and in Node, Bun and Deno it keeps the process.
import { quietly } from "../quietly.js";
import { wakeups } from "./wakeups.js";

/** A channel may send what it was given a little later (Deno's does), but not after it was closed. */
const LINGER_MS = 20;

export function tabs(name) {
  const changes = wakeups();
  let ear, voice;

  function open() {
    if (typeof BroadcastChannel !== "function") return undefined;
    // Refused in a sandboxed frame.
    const channel = quietly(() => new BroadcastChannel(`shardd:${name}`));
    quietly(() => channel?.unref?.());
    return channel;
  }

  function hush() {
    quietly(() => voice?.close());
    voice = undefined;
  }

  function deafen() {
    quietly(() => ear?.close());
    ear = undefined;
  }

  return {
    /** Never throws: what is told of is written already. */
    wake(key) {
      changes.wake(key);
      const isNew = !voice;
      voice ??= open();
      if (!voice) return;
      quietly(() => voice.postMessage(key));
      if (isNew) quietly(() => setTimeout(hush, LINGER_MS)?.unref?.());
    },

    async wait(key, signal) {
      if (!ear && (ear = open())) ear.onmessage = ({ data }) => changes.wake(data);
      await changes.wait(key, signal);
      if (!changes.any) deafen();
    },

    close() {
      changes.wakeAll();
      deafen();
      hush();
    },
  };
}
