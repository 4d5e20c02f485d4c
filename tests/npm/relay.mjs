// A TCP relay in front of one region. It can hold what passes and let it go later, as a line does that stalls.
//
// What a client sent before it closed its connection is delivered all the same: closing a socket does not take back the bytes in
// it. Everything is in this process, so a test stalls and releases many relays in the same moment.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A closed client's connection to the region ends after this silence at the latest: not everything that is sent has an answer. */
const LINGER_MS = 5_000;

/**
 * One direction of a relay. Items leave in the order in which they came, whichever connection they belong to, and one in each turn
 * of the event loop, so that whoever reads them in this process gets a request before the news that its sender has left.
 */
class Lane {
  #queue = [];
  #phase = "open";
  #next = null;
  delayMs = 0;

  /** How many items wait here. */
  get length() {
    return this.#queue.length;
  }

  push(connection, deliver) {
    if (this.#phase === "lost") return connection.break();
    this.#queue.push({ connection, deliver, dueMs: performance.now() + this.delayMs });
    this.#pump();
  }

  hold() {
    this.#phase = "held";
    clearTimeout(this.#next?.timer);
    clearImmediate(this.#next?.turn);
    this.#next = null;
  }

  open() {
    this.#phase = "open";
    this.#pump();
  }

  /** From now on nothing arrives, and what is on its way does not either. */
  lose() {
    this.hold();
    this.#phase = "lost";
    for (const { connection } of this.#queue.splice(0)) connection.break();
  }

  #pump() {
    if (this.#phase !== "open" || this.#next || this.#queue.length === 0) return;
    const leftMs = this.#queue[0].dueMs - performance.now();
    const step = () => this.#step();
    this.#next = leftMs > 0 ? { timer: setTimeout(step, leftMs) } : { turn: setImmediate(step) };
  }

  #step() {
    this.#next = null;
    const { connection, deliver } = this.#queue.shift();
    if (!connection.broken) deliver();
    this.#pump();
  }
}

/** A client's connection, and the one to the region that stands for it. */
class Connection {
  #near;
  #far;
  /** Whether the region was sent something that it has not answered. */
  #owed = false;
  /** Whether the region was told, or is about to be told, that the client has closed. */
  #gone = false;
  #ended = false;
  /** Whether bytes of it were lost: no others can follow them. */
  broken = false;

  constructor({ up, down }, near, { hostname, port }, closed) {
    this.#near = near.setNoDelay(true);
    this.#far = connect({ host: hostname, port: Number(port), noDelay: true });
    near.on("data", (chunk) => up.push(this, () => this.#ask(chunk)));
    // No client here half-closes a connection that it still reads from.
    for (const event of ["end", "close"]) near.once(event, () => this.#leave(up));
    near.on("error", () => {});
    this.#far.on("data", (chunk) => {
      this.#owed = false;
      if (this.#gone) this.#far.end();
      down.push(this, () => near.write(chunk));
    });
    this.#far.on("error", () => {});
    this.#far.once("close", (failed) => down.push(this, () => (failed ? near.resetAndDestroy() : near.end())));
    for (const [one, other] of [[near, this.#far], [this.#far, near]]) {
      one.once("close", () => other.closed && closed(this));
    }
  }

  /** Whether the region has yet to learn something of a client that has closed. */
  get lingers() {
    return this.#ended && !this.broken && !this.#far.destroyed;
  }

  break() {
    this.broken = true;
  }

  #ask(chunk) {
    this.#owed = true;
    this.#far.write(chunk);
  }

  #leave(up) {
    if (this.#ended) return;
    this.#ended = true;
    this.#near.end();
    up.push(this, () => {
      this.#gone = true;
      if (!this.#owed) return void this.#far.end();
      setTimeout(() => this.#far.destroy(), LINGER_MS).unref();
    });
  }

  /** The client learns that its connection was reset; the region does not. */
  reset() {
    this.#near.resetAndDestroy();
  }

  destroy() {
    this.#near.destroy();
    this.#far.destroy();
  }
}

export class Relay {
  /** Towards the region. */
  up = new Lane();
  /** Towards the client. */
  down = new Lane();
  #connections = new Set();
  #server;
  #protocol;

  static async open(region) {
    const relay = new Relay();
    const target = new URL(region);
    relay.#protocol = target.protocol;
    relay.#server = createServer({ allowHalfOpen: true }, (near) => {
      const connection = new Connection(relay, near, target, (closed) => relay.#connections.delete(closed));
      relay.#connections.add(connection);
    });
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  /** What a client uses in the region's place. */
  get url() {
    return `${this.#protocol}//127.0.0.1:${this.#server.address().port}`;
  }

  /** Whether everything that was sent has arrived, that of closed connections too. */
  get idle() {
    return this.up.length === 0 && this.down.length === 0 && ![...this.#connections].some(({ lingers }) => lingers);
  }

  hold() {
    this.up.hold();
    this.down.hold();
  }

  /** Delivers what was held, in order, and all that comes after it; also the end of a black hole. */
  release() {
    this.up.open();
    this.down.open();
  }

  /** So much later than it came does everything arrive that comes from now on, each way. */
  delay(ms) {
    this.up.delayMs = ms;
    this.down.delayMs = ms;
  }

  /** A black hole. Connections that lose bytes to it stay silent for good. */
  lose() {
    this.up.lose();
    this.down.lose();
  }

  /** Resets the connections that there are, towards their clients; what those have sent is still delivered. */
  reset() {
    for (const connection of this.#connections) connection.reset();
  }

  async close() {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }
}
