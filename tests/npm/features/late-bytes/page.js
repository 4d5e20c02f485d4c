import { callers } from "./callers.js";

globalThis.callers = callers((url, init) => fetch(url, init));
