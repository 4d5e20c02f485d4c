// Members of objects that somebody else made: only their own, since a page may have extended `Object.prototype`.

/** A member of the object itself, or nothing. */
export const own = (object, name) => (Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined);

/** Sets a member, whatever a page has put on `Object.prototype`, where assignment might call a setter or fail. */
export function put(object, name, value) {
  if (name in object) Object.defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}
