import shardd = require("shardd-wasm");
import stores = require("shardd-wasm/stores");
import testing = require("shardd-wasm/testing");

export const client: shardd.Shardd = new shardd.Shardd("key");
export const local: testing.LocalShardd = testing.localShardd();
export const durable: shardd.Shardd = new shardd.Shardd("key", { store: stores.memoryStore() });
