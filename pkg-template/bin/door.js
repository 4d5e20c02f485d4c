// A listening socket on the loopback interface that can be closed and opened again.
import { once } from "node:events";
import { createServer } from "node:http";

/** As much as the gateways take: they answer longer targets themselves. */
const MAX_HEAD_BYTES = 128 * 1024;

export class Door {
  #sockets = new Set();
  #server;

  constructor(answer) {
    this.#server = createServer({ maxHeaderSize: MAX_HEAD_BYTES, keepAlive: true }, answer);
    // A connection that is closed for being idle looks like a dead region to a client that was about to use it.
    this.#server.keepAliveTimeout = 0;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get isOpen() {
    return this.#server.listening;
  }

  /** Port 0 takes any, and the same again after it was shut; `flag` chooses another. */
  async open(port = this.port, flag = "--port") {
    this.#server.listen(port, "127.0.0.1");
    try {
      await once(this.#server, "listening");
    } catch (error) {
      const taken = error.code === "EADDRINUSE" ? "is taken: stop what listens there" : `cannot be opened (${error.message}):`;
      throw new Error(`port ${port} ${taken} or choose another with ${flag}`.replace(": or", ":"));
    }
    this.port = this.#server.address().port;
  }

  /** Resets what is connected. */
  async shut() {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}
