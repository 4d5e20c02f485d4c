import shardd = require("shardd-wasm");

export const client: shardd.Shardd = new shardd.Shardd("key");
