// The table of what every store must do, over the way in which the package asks a store: bundled by xtask for tests/npm.
import { instantiate, provide } from "./idempotency/instance.js";
import { nonce } from "./idempotency/number.js";
import { Unanswered, overPlace } from "./idempotency/place.js";
import { overServer } from "./idempotency/server.js";
import { placeOf } from "./store-place.js";

export const initSync = ({ module }) => {
  provide(module);
  return instantiate();
};

/** `{ store, prefix, tickMs, pass(ms) }`; the store has `update`, or `command` and `prefix`. */
export const conformance = ({ store, ...place }) => {
  const ways = store.command ? overServer(store.command, store.prefix) : overPlace(placeOf(store).update);
  const ask = (operation, name, terms, proof, response) => {
    const { answer, stop } = ways({ operation, name, terms, proof, response });
    return { answer: answer.then(told), stop };
  };
  return instantiate().glue.conformance({ ...place, ask, proof: nonce });
};

function told(answer) {
  if (answer instanceof Unanswered) throw answer.cause ?? new Error("the store failed");
  return answer;
}
