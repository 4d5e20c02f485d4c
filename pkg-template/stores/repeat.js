// Once more, for an operation whose connection was lost: what is behind it may be opened anew by then.
import { StoreError } from "./error.js";

/** What is opened anew takes a moment. */
const PAUSE_MS = 50;

/** For one operation: at most one of its requests is made twice. `isLost` tells a lost connection from an answer. */
export function onceMore(isLost) {
  let isSpent = false;

  /** Whether to ask again after this error; if so, it resolves when it is time to. */
  async function allows(error) {
    if (isSpent || error instanceof StoreError || !isLost(error)) return false;
    isSpent = true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return true;
  }

  return {
    allows,
    /** For a request that may be made twice, such as a read. */
    async ask(request) {
      try {
        return await request();
      } catch (error) {
        if (!(await allows(error))) throw error;
        return request();
      }
    },
  };
}
