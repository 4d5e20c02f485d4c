import { NetworkError } from "./errors.js";

const NO_FETCH = "This runtime has no fetch: give the client one with the option fetch (in Jest's jsdom: @jest-environment node, or jest-fixed-jsdom).";

/** Refuses a call where there is nothing to send by. Looked up now, as it is when it sends: nothing has been sent, and nothing recorded. */
export function checkFetch(own) {
  if (typeof (own ?? globalThis.fetch) !== "function") throw new NetworkError({ reason: "no_fetch", retryable: true, message: NO_FETCH });
}
