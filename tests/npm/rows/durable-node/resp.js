// The least client of Redis there is: commands go out, replies come back in their order.
import { createConnection } from "node:net";
import { once } from "node:events";

export class RESP {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting = [];

  /** As soon as the server, which may have just been started, answers. */
  static async connect(path, server) {
    for (;;) {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
      const socket = createConnection(path);
      const [error] = await Promise.race([once(socket, "connect"), once(socket, "error").catch((error) => [error])]).catch((error) => [error]);
      if (!error) return new RESP(socket);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on("data", (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      for (let read; (read = reply(this.#buffer, 0)); ) {
        this.#buffer = this.#buffer.subarray(read.end);
        const { resolve, reject } = this.#waiting.shift();
        if (read.value instanceof Error) reject(read.value);
        else resolve(read.value);
      }
    });
  }

  command(args) {
    const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
    this.#socket.write(`*${args.length}\r\n${parts.join("")}`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  end() {
    this.#socket.destroy();
  }
}

/** The reply that begins at `from`, and where it ends; nothing while a part of it is missing. */
function reply(buffer, from) {
  const line = buffer.indexOf("\r\n", from);
  if (line < 0) return undefined;
  const [kind, text] = [String.fromCharCode(buffer[from]), buffer.toString("utf8", from + 1, line)];
  let end = line + 2;
  if (kind === "+") return { value: text, end };
  if (kind === "-") return { value: new Error(text), end };
  if (kind === ":") return { value: Number(text), end };
  if (Number(text) < 0) return { value: null, end };
  if (kind === "$") {
    const after = end + Number(text) + 2;
    return buffer.length < after ? undefined : { value: buffer.toString("utf8", end, after - 2), end: after };
  }
  const value = [];
  for (let left = Number(text); left > 0; left--) {
    const item = reply(buffer, end);
    if (!item) return undefined;
    value.push(item.value);
    ({ end } = item);
  }
  return { value, end };
}
