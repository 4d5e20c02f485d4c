// What all copies of one version of the package share in a process or page: ESM and CJS, two bundles, a module that was loaded anew.
import { define } from "./define.js";

/** The object under this name; empty for whoever comes first. */
export function shared(name) {
  const key = Symbol.for(name);
  // Not enumerable: a page's own loops over its globals do not meet it.
  if (!Object.hasOwn(globalThis, key)) define(globalThis, key, { value: Object.create(null) });
  return globalThis[key];
}
