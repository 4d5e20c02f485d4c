/** A method of an object's own or of its class, bound to it; nothing where it has none, whatever a page has added to `Object.prototype`. */
export function methodOf(object, name) {
  const method = object?.[name];
  return typeof method === "function" && method !== Object.prototype[name] ? method.bind(object) : undefined;
}
