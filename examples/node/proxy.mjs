// Through an HTTP proxy, or with a client certificate: a `fetch` of your own, here undici's with a dispatcher.
// npm install undici
import { ProxyAgent, fetch } from "undici";
import { Shardd } from "shardd-wasm";

// For mTLS: new Agent({ connect: { ca, cert, key } })
const dispatcher = new ProxyAgent(process.env.HTTPS_PROXY);

const shardd = Shardd.fromEnv(process.env, {
  fetch: (url, init) => fetch(url, { ...init, dispatcher }),
});

const { ready } = await shardd.health();
console.log(ready ? "ready, by way of the proxy" : "not ready");
await dispatcher.close();
