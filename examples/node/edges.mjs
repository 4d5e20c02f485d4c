// Other edges than the three of production: a local or a self-hosted cluster. `http:` is for loopback alone, unless
// `allowHttp` says otherwise.
import { Shardd } from "shardd-wasm";

const LOCAL = "http://localhost:8081,http://localhost:8082,http://localhost:8083";

const shardd = new Shardd("any key", {
  edges: (process.env.SHARDD_EDGES ?? LOCAL).split(","),
});

const { ready } = await shardd.health();
console.log(`${shardd.edgeTable().length} edges, the pinned one is ${ready ? "ready" : "not ready"}`);
