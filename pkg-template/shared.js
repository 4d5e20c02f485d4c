// What all copies of one version of the package share in a process or page: ESM and CJS, two bundles, a module that was loaded anew.

/** The object under this name; empty for whoever comes first. */
export function shared(name) {
  const key = Symbol.for(name);
  // Not enumerable: a page's own loops over its globals do not meet it.
  if (!Object.hasOwn(globalThis, key)) Object.defineProperty(globalThis, key, { value: {} });
  return globalThis[key];
}
