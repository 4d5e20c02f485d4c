// Where the DOM's types are there, the options take its objects as they are.
import { Shardd } from "shardd-wasm";

export const { signal } = new AbortController();
export const shardd = new Shardd("key", { signal, fetch: (url, init) => fetch(url, init) });
export const direct = new Shardd("key", { fetch });
