// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** What `onEvent` is told: the fields of each. The wasm knows those before `call` by their numbers here. */
export const EVENTS = {
  probe: "edge:e rttMs:n? fit:f",
  pin: "edge:e rttMs:n?",
  attempt: "edge:e attempt:n",
  suspect: "edge:e silentMs:n",
  failover: "edge:e to:e reason:r",
  retry: "edge:e waitMs:n reason:r",
  cooldown: "edge:e cooldownMs:n reason:r",
  settle: "waitMs:n",
  replay: "edge:e",
  warning: "reason:r message:r",
  call: "",
  outcome: "outcome:r code:r? attempts:n elapsedMs:n",
};
/** What each event of a call carries beside; the nonce only where the call is a write that has one. */
export const OF_CALL = "callId:n operation:r idempotencyNonce:r?";
/** Why an edge was left or is tried again, by the row of the verdict table. */
export const WHY = [
  "answered",
  "a figure is missing or does not fit",
  "answer too large",
  "nonce used for another request",
  "answer not understood",
  "redirected",
  "key refused",
  "API credits used up",
  "scope denied",
  "not found",
  "edge timed out",
  "conflict",
  "insufficient funds",
  "rate limited",
  "refused as invalid",
  "no dashboard at this edge",
  "dashboard trouble",
  "no nodes behind the edge",
  "node warming up",
  "dashboard unreachable",
  "edge timed out",
  "edge failed",
  "redirected",
  "connection failed",
  "fetch gave no response",
  "attempt timed out",
  "silent, and its probe too",
  "not an HTTP answer of this protocol",
];
