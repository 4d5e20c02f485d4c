import shardd = require("shardd-wasm");
import testing = require("shardd-wasm/testing");

export const client: shardd.Shardd = new shardd.Shardd("key");
export const local: testing.LocalShardd = testing.localShardd();
