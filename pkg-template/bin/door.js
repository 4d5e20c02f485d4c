// A listening socket that can be closed and opened again.
import { once } from "node:events";
import { createServer } from "node:http";
import { isIPv6 } from "node:net";

/** As much as the gateways take: they answer longer targets themselves. */
const MAX_HEAD_BYTES = 128 * 1024;

export class Door {
  #host;
  #sockets = new Set();
  #server;

  /** `unparsed(error, socket)` is called for what Node's parser refuses. */
  constructor(host, answer, unparsed) {
    this.#host = host;
    this.#server = createServer({ maxHeaderSize: MAX_HEAD_BYTES, keepAlive: true }, answer);
    // A connection that is closed for being idle looks like a dead region to a client that was about to use it.
    this.#server.keepAliveTimeout = 0;
    if (unparsed) this.#server.on("clientError", unparsed);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get url() {
    return `http://${isIPv6(this.#host) ? `[${this.#host}]` : this.#host}:${this.port}`;
  }

  get isOpen() {
    return this.#server.listening;
  }

  /** Port 0 takes any, and the same again after it was shut; `flag` chooses another. */
  async open(port = this.port, flag = "--port") {
    this.#server.listen(port, this.#host);
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw new Error(this.#refusal(error, port, flag));
    }
    this.port = this.#server.address().port;
  }

  #refusal({ code, message }, port, flag) {
    if (code === "EADDRINUSE") return `port ${port} is taken: stop what listens there or choose another with ${flag}`;
    if (code === "EADDRNOTAVAIL") return `${this.#host} is no address of this machine: choose another with --host`;
    return `port ${port} cannot be opened (${message}): choose another with ${flag}`;
  }

  /** Resets what is connected. */
  async shut() {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}
