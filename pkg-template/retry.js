import { InvalidInputError } from "./errors.js";
import { isOptions } from "./snapshot.js";

/** What a repeated call can be told anew: how it is made, not what it writes. */
const CONTROLS = ["signal", "timeoutMs", "edge", "waitUntil"];

/** Refuses what a retry cannot be told. */
export function checkControls(controls) {
  if (isOptions(controls) && Object.keys(controls).every((key) => CONTROLS.includes(key))) return;
  throw new InvalidInputError({ message: "A retry sends the same write: it takes { signal, timeoutMs, edge, waitUntil } and nothing else." });
}
