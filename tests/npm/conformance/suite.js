// What every store must do, wherever it lives: conforms(store) rejects with the first thing that it does not.
import { conformance, initSync } from "./conformance.js";
import { steps } from "./steps.js";
import module from "./table.js";

/** As much as the answers of a store may take without a lease of one tick running out. */
const TICK_MS = 60_000;

let wasm;

/**
 * The table, races and crashes of src/idempotency/conformance, then what only JavaScript can see. `pass(ms)` lets the store's time pass.
 * Several handles of one store are asked in turn: what one knows and the store does not is found out.
 */
export async function conforms(stores, pass) {
  const handles = [stores].flat();
  const checked = await holdsTheTable(handles, pass);
  // A store of the idempotency part alone has no steps.
  return { ...checked, steps: handles[0].update ? await steps(inTurn(handles)) : 0 };
}

/** The table, races and crashes alone. */
export async function holdsTheTable(stores, pass) {
  wasm ??= initSync({ module });
  const { store, heard } = listened(inTurn([stores].flat()));
  const prefix = `${Math.random()} `;
  try {
    return await conformance({ store, prefix, tickMs: TICK_MS, pass: async (ms) => pass(ms) });
  } catch (failure) {
    throw new Error(failure.message, { cause: heard.error });
  }
}

/** A clock ahead of this process's. */
export function movable(real = () => Date.now()) {
  let aheadMs = 0;
  return { now: () => real() + aheadMs, pass: (ms) => { aheadMs += ms; } };
}

function inTurn(handles) {
  let turn = 0;
  const method = (name) => handles[0][name] && ((...args) => handles[turn++ % handles.length][name](...args));
  const { list, watch, hold, prefix } = handles[0];
  return { update: method("update"), command: method("command"), list, watch, hold, prefix };
}

/** What the store threw last, which the table only knows as a failure. */
function listened(store) {
  const heard = {};
  const method = (name) => store[name] && (async (...args) => {
    try {
      return await store[name](...args);
    } catch (error) {
      heard.error = error;
      throw error;
    }
  });
  return { store: { update: method("update"), command: method("command"), prefix: store.prefix }, heard };
}
