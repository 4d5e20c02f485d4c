// One life of a wasm module, from its start to its trap. A panic, the end of the memory or of the stack cuts off what runs in the
// middle of its work: promises that wait there never settle, and what is in the memory is not to be trusted any more.
import { quietly } from "./quietly.js";

/** What the engine calls, and nobody hears of: promises' callbacks, timers, finalizers. Thrown from there, a trap ends a Node process. */
const UNHEARD = /invoke|destroy|free/;
/** No measure of anything: how long a request is kept from looking hung. */
const GRACE_MS = 50;
/** What can send something. */
const SENDS = /_(send|call)_/;
/** Refused before anything ran, as where a store calls a step too late. */
const REFUSED = /^closure invoked/;

/** Starts `module` under glue of its own. Whatever is thrown out of it ends its life: it has skipped the rest of some Rust. */
export function begin(module, glue) {
  const waiting = new Set();
  const life = {
    glue,
    /** What ended it. */
    trap: undefined,
    /** Whether something that is under way could not be cut. */
    isUncut: false,
    /** What is to be done at its end: requests cut, locks let go. */
    atEnd: new Set(),
    /** `promise` is of this life: one that waits when it ends rejects. */
    hear: (promise) => new Promise((resolve, reject) => {
      if (life.trap) return reject(life.trap);
      const over = (settle) => (value) => {
        waiting.delete(reject);
        settle(value);
      };
      waiting.add(reject);
      return promise.then(over(resolve), over(reject));
    }),
  };

  function end(trap) {
    life.trap = trap;
    for (const action of life.atEnd) {
      try {
        action();
      } catch {
        // A request that another request of a Worker made.
        life.isUncut = true;
      }
    }
    for (const reject of waiting) reject(trap);
  }

  const entry = (name, enter) => (...args) => {
    const { trap } = life;
    if (!trap) {
      try {
        return enter(...args);
      } catch (error) {
        if (REFUSED.test(error?.message)) throw error;
        if (!life.trap) end(error ?? new Error("The wasm threw nothing."));
      }
    }
    if (!UNHEARD.test(name)) throw life.trap;
    // This may be the last that a Worker's request waited for, and the word from the one that trapped still on its way: a request
    // that waits for nothing counts as hung.
    quietly(() => setTimeout(() => {}, GRACE_MS));
    // The glue looks for an error among results.
    return [];
  };
  // A user's function that is called from the wasm may have called it again: what is left of the first goes on after a trap.
  const way = (go) => (...args) => {
    if (life.trap) throw life.trap;
    return go(...args);
  };

  const imports = glue.__wbg_get_imports();
  for (const functions of Object.values(imports))
    for (const name in functions) if (SENDS.test(name)) functions[name] = way(functions[name]);
  const { exports } = new WebAssembly.Instance(module, imports);
  const guarded = {};
  for (const [name, value] of Object.entries(exports)) guarded[name] = typeof value === "function" ? entry(name, value) : value;
  glue.__wbg_finalize_init({ exports: guarded }, module);
  return life;
}
