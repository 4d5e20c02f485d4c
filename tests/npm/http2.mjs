// HTTP/2 in front of a region that speaks HTTP/1.1. What has arrived whole goes to the region, whatever becomes of its sender: a
// gateway that took a cut request back would hide copies from the tests.
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createSecureServer } from "node:http2";

/** What RFC 9113, 8.2.2, forbids in HTTP/2. */
const OF_A_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"]);

export class Http2Front {
  #region;
  #server;
  #sessions = new Set();
  #agent = new Agent({ keepAlive: true });
  #inFlight = 0;

  static async open(region, { key, cert }) {
    const front = new Http2Front();
    front.#region = region;
    front.#server = createSecureServer({ key, cert, allowHTTP1: false });
    front.#server.on("session", (session) => {
      front.#sessions.add(session);
      session.once("close", () => front.#sessions.delete(session));
      // A client that goes away is no news.
      session.on("error", () => {});
    });
    front.#server.on("stream", (stream, headers) => front.#receive(stream, headers));
    front.#server.listen(0, "127.0.0.1");
    await once(front.#server, "listening");
    return front;
  }

  get url() {
    return `https://127.0.0.1:${this.#server.address().port}`;
  }

  /** Whether the region has answered everything. */
  get idle() {
    return this.#inFlight === 0;
  }

  #receive(stream, headers) {
    const chunks = [];
    stream.on("error", () => {});
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.once("end", () => this.#forward(stream, headers, Buffer.concat(chunks)));
  }

  #forward(stream, { ":method": method, ":path": path, ...headers }, body) {
    const own = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
    this.#inFlight += 1;
    const outgoing = request(this.#region + path, { method, headers: Object.fromEntries(own), agent: this.#agent });
    outgoing.once("close", () => (this.#inFlight -= 1));
    outgoing.once("error", () => stream.close());
    outgoing.once("response", (incoming) => {
      if (stream.destroyed) return void incoming.resume();
      const allowed = Object.entries(incoming.headers).filter(([name]) => !OF_A_CONNECTION.has(name));
      stream.respond({ ":status": incoming.statusCode, ...Object.fromEntries(allowed) });
      incoming.pipe(stream);
      stream.once("close", () => incoming.resume());
    });
    outgoing.end(body);
  }

  async close() {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
    this.#agent.destroy();
    await closed;
  }
}
