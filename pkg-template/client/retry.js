import { isOptions } from "../snapshot.js";
import { optionsOf } from "./options.js";
import { refuse } from "./refuse.js";

/** Refuses what a retry cannot be told anew: it takes how a call is made, not what it writes. */
export function checkControls(controls) {
  const known = optionsOf("call");
  if (isOptions(controls) && Object.keys(controls).every((key) => known.has(key))) return;
  refuse(`A retry sends the same write: it takes { ${Array.from(known.keys()).join(", ")} } and nothing else.`);
}
