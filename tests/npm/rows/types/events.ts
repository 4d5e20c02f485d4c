// What onEvent is told: each kind with its own members, and no kind forgotten.
import { Shardd, type ShardEvent } from "shardd-wasm";

function never(event: never): never {
  throw new Error(String(event));
}

export function told(event: ShardEvent): string | number {
  switch (event.type) {
    case "probe":
      return event.fit && event.rttMs !== null ? event.rttMs : event.edge;
    case "pin":
      return event.rttMs ?? event.edge;
    case "attempt":
      return event.attempt + event.edge.length;
    case "suspect":
      return event.silentMs;
    case "failover":
      return event.edge + event.to + event.reason;
    case "retry":
      return event.waitMs + event.reason.length;
    case "cooldown":
      return event.cooldownMs + event.reason.length;
    case "settle":
      return event.waitMs;
    case "replay":
      return event.edge;
    case "warning":
      return `${event.reason}: ${event.message}`;
    case "call":
      return event.callId ?? 0;
    case "outcome":
      return `${event.operation} ${event.idempotencyNonce}: ${event.outcome} ${event.code} after ${event.attempts} attempts and ${event.elapsedMs} ms`;
    default:
      return never(event);
  }
}

new Shardd("key", { onEvent: told });
new Shardd("key", { onEvent: async (event) => void told(event) });
new Shardd("key", {
  onEvent(event) {
    if (event.type === "warning") {
      const reason: "public-key" | "store" = event.reason;
      // @ts-expect-error: a warning is of no edge.
      void [reason, event.edge];
    }
    if (event.type === "settle") {
      // @ts-expect-error: it is the write that settles, not an edge.
      void event.edge;
    }
    // @ts-expect-error: only some tell it.
    void event.reason;
    // @ts-expect-error: there is no such kind.
    if (event.type === "error") void event;
  },
});
// @ts-expect-error: it gets events.
new Shardd("key", { onEvent: (text: string) => void text });
