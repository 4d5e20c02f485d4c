// Ten requests that go on in one turn charge by one client of the isolate.
import { AsyncLocalStorage } from "node:async_hooks";
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

const user = new AsyncLocalStorage();
const seen = new Map();
let shardd;

function start() {
  const local = localShardd({ regions: 1 });
  const fetch = (url, init) => {
    if (init.method === "POST") seen.set(JSON.parse(init.body).account, `${init.headers.authorization} ${user.getStore()}`);
    return local.fetch(url, init);
  };
  return new Shardd(() => `key-of-${user.getStore()}`, { edges: local.edges, fetch });
}

export default {
  fetch(request) {
    const name = new URL(request.url).pathname.slice(1);
    return user.run(name, async () => {
      shardd ??= start();
      await shardd.credit("app", name, 1);
      const [key, context] = seen.get(name).replace("Bearer key-of-", "").split(" ");
      return new Response(`${key}: ${context}`);
    });
  },
};
