// What the relay promises, of bytes on real sockets.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { test } from "node:test";
import { certificate } from "../../certificate.mjs";
import { Http2Front } from "../../http2.mjs";
import { Relay } from "../../relay.mjs";
import { until } from "./until.mjs";

/** A region that remembers what it was sent and when a sender left, and says everything back. */
async function region(t) {
  const heard = [];
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => {
      heard.push(String(chunk));
      socket.write(chunk);
    });
    socket.on("end", () => {
      heard.push("left");
      socket.end();
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, heard };
}

async function stage(t) {
  const { url, heard } = await region(t);
  const relay = await Relay.open(url);
  t.after(() => relay.close());
  const client = async () => {
    const socket = connect(Number(new URL(relay.url).port), "127.0.0.1");
    socket.answers = "";
    socket.on("data", (chunk) => (socket.answers += chunk));
    socket.on("error", ({ code }) => (socket.code = code));
    await once(socket, "connect");
    return socket;
  };
  return { relay, heard, client };
}

async function said(socket, text) {
  const before = socket.answers;
  socket.write(text);
  await until(() => socket.answers === before + text, `no answer to ${text}`);
}

test("held bytes of several connections arrive in their order, then what came later", async (t) => {
  const { relay, heard, client } = await stage(t);
  const [a, b] = [await client(), await client()];
  await said(a, "first");
  relay.hold();
  for (const [at, socket] of [a, b, a].entries()) {
    socket.write(`held ${at}`);
    await until(() => relay.up.length === at + 1, "it is not held");
  }
  assert.deepEqual(heard, ["first"]);
  relay.release();
  await until(() => relay.idle && b.answers === "held 1", "it is not delivered");
  await said(b, "last");
  assert.deepEqual(heard, ["first", "held 0", "held 1", "held 2", "last"]);
});

test("what a closed connection sent arrives, and the region is told afterwards that its sender has left", async (t) => {
  for (const leave of ["end", "resetAndDestroy"]) {
    const { relay, heard, client } = await stage(t);
    const gone = await client();
    relay.hold();
    gone.write("a charge");
    await until(() => relay.up.length === 1, "it is not held");
    gone[leave]();
    await until(() => relay.up.length === 2, "its end is not held");
    assert.deepEqual([heard, relay.idle], [[], false]);
    relay.release();
    await until(() => relay.idle, "it is not delivered");
    assert.deepEqual(heard, ["a charge", "left"]);
  }
});

test("one direction alone is held", async (t) => {
  const { relay, heard, client } = await stage(t);
  const socket = await client();
  relay.down.hold();
  socket.write("asked");
  await until(() => relay.down.length === 1, "the answer is not held");
  assert.deepEqual([heard, socket.answers], [["asked"], ""]);
  relay.release();
  await until(() => socket.answers === "asked", "the answer is not delivered");
});

test("a delay is each way's", async (t) => {
  const { relay, client } = await stage(t);
  const socket = await client();
  relay.delay(40);
  const begun = performance.now();
  await said(socket, "slow");
  assert.ok(performance.now() - begun >= 79);
});

test("a black hole swallows what is held and what comes, and connections that lost bytes stay silent", async (t) => {
  const { relay, heard, client } = await stage(t);
  const [socket, idle] = [await client(), await client()];
  await said(socket, "before");
  relay.hold();
  socket.write("held");
  await until(() => relay.up.length === 1, "it is not held");
  relay.lose();
  relay.release();
  socket.write("after");
  await said(idle, "another's");
  await said(await client(), "a new one's");
  assert.deepEqual(heard, ["before", "another's", "a new one's"]);
});

test("a reset is the client's to learn of, and what it sent is delivered", async (t) => {
  const { relay, heard, client } = await stage(t);
  const socket = await client();
  relay.hold();
  socket.write("a charge");
  await until(() => relay.up.length === 1, "it is not held");
  relay.reset();
  await until(() => socket.code === "ECONNRESET", "it is not reset");
  relay.release();
  await until(() => relay.idle, "it is not delivered");
  assert.deepEqual(heard, ["a charge", "left"]);
});

test("a request over HTTP/2 that was cut while it was held reaches the region", async (t) => {
  const heard = [];
  const server = createHttpServer(async (request, response) => {
    const chunks = await request.toArray();
    heard.push(`${request.method} ${request.url} ${Buffer.concat(chunks)}`);
    response.setHeader("x-region", "one").end("done");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const secure = certificate();
  const front = await Http2Front.open(`http://127.0.0.1:${server.address().port}`, secure);
  t.after(() => front.close());
  const relay = await Relay.open(front.url);
  t.after(() => relay.close());
  const session = connectHttp2(relay.url, { ca: secure.cert });
  t.after(() => session.destroy());
  const ask = (body) => session.request({ ":method": "POST", ":path": "/events" }).end(body);

  const served = ask("served");
  const [headers] = await once(served, "response");
  assert.deepEqual([headers[":status"], headers["x-region"], String(Buffer.concat(await served.toArray()))], [200, "one", "done"]);
  relay.hold();
  const before = relay.up.length;
  const cut = ask("cut");
  await once(cut, "finish");
  await until(() => relay.up.length > before, "it is not held");
  const held = relay.up.length;
  cut.on("error", () => {});
  cut.close();
  await until(() => relay.up.length > held, "its end is not held");
  relay.release();
  await until(() => heard.length === 2 && front.idle, "it is not delivered");
  assert.deepEqual(heard, ["POST /events served", "POST /events cut"]);
});
