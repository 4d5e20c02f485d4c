import { InvalidInputError } from "./errors.js";

/** A call that its Worker's request outlives only by `waitUntil`: the request ends with its response, and takes with it what nobody waits for. */
export function outlive(waitUntil, start) {
  let begin;
  const call = new Promise((resolve) => { begin = resolve; }).then(start);
  try {
    waitUntil(call.catch(() => {}));
  } catch (cause) {
    throw new InvalidInputError({ message: "The option waitUntil threw: give (promise) => ctx.waitUntil(promise).", cause });
  }
  begin();
  return call;
}
