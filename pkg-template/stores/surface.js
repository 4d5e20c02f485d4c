// What every entry of the stores exports.
export { casStore } from "./cas.js";
export { durableObjectStorage, durableObjectStore } from "./durable-object.js";
export { StoreError } from "./error.js";
export { indexedDbStore } from "./indexed-db.js";
export { memoryStore } from "./memory.js";
export { redisCasStore } from "./redis.js";
