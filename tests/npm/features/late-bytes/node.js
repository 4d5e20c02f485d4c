// Callers in a process of their own, told what to do by messages. With UNDICI, over HTTP/2.
import { callers } from "./callers.js";

const { UNDICI, CERTIFICATE } = process.env;

async function overHttp2() {
  const { Agent, fetch } = await import(UNDICI);
  const dispatcher = new Agent({ allowH2: true, connect: { ca: CERTIFICATE } });
  return (url, init) => fetch(url, { ...init, dispatcher });
}

const here = callers(UNDICI ? await overHttp2() : fetch);
process.on("message", async ({ id, name, given }) => process.send({ id, value: await here[name](given) }));
process.send({ id: 0 });
