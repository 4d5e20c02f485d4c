// Writes that were recorded before they were sent, and not finished; and what a log-out takes away.
import { call } from "./call.js";
import { coreOf, settingsOf } from "./client.js";
import { InvalidInputError, isShardError } from "./errors.js";
import { fallen } from "./fallen.js";
import { revive } from "./figures.js";
import { noStore } from "./generated/sentences.js";
import { optionsOf, text } from "./given.js";
import { methodOf } from "./method.js";

/** Those that nobody is likely to be at. */
export const pending = async (shardd) => JSON.parse(await ask(shardd, (core) => core.pending(false)), revive);

/** Finishes them all, side by side; one that somebody may be at still is watched until its lease has ended. */
export async function resume(shardd, options) {
  const found = JSON.parse(await ask(shardd, (core) => core.pending(true)), revive);
  const finish = async (write) => {
    try {
      return { write, result: await call(shardd, "resume", [write.idempotencyNonce], options) };
    } catch (error) {
      return { write, error };
    }
  };
  return Promise.all(found.map(finish));
}

export async function discard(shardd, nonce) {
  text("idempotencyNonce", nonce);
  return ask(shardd, (core) => core.discard(nonce));
}

export async function forget(shardd, options) {
  const { pending = false } = optionsOf("forget", options);
  return ask(shardd, (core) => core.forget(pending));
}

/** Asks the wasm for what only the store can tell. */
async function ask(shardd, question) {
  const state = settingsOf(shardd);
  const store = state.options?.store;
  if (!store) throw new InvalidInputError({ message: noStore });
  if (!methodOf(store, "list")) throw new InvalidInputError({ message: "This store cannot list what it holds: give it a method list(prefix)." });
  const core = coreOf(state);
  try {
    return await state.life.hear(question(core));
  } catch (error) {
    if (!isShardError(error)) throw fallen(error);
    if (error.reason === "store") error.cause ??= new Error("The store did not answer within its storeTimeoutMs.");
    throw error;
  }
}
