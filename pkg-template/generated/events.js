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
