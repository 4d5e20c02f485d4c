const required = require("shardd-wasm");
const { ShardError } = require("./imported.js");

console.log(required.ShardError === ShardError ? "one copy" : "two copies");
