/** A member by a descriptor that has no more than it says, whatever a page has added to `Object.prototype`. */
export const define = (object, name, descriptor) => Object.defineProperty(object, name, { __proto__: null, ...descriptor });
