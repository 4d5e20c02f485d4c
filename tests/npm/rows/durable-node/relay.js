// A relay in front of a socket, which cuts a connection before or after a command arrived.
import { createConnection, createServer } from "node:net";
import { once } from "node:events";

export async function relay(to, path) {
  let cuts;
  const sockets = new Set();
  const server = createServer((near) => {
    const far = createConnection(to);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => (near.destroy(), far.destroy(), sockets.delete(socket)));
    }
    near.on("data", (data) => {
      const cut = cuts?.when(data.toString("latin1")) ? cuts : undefined;
      if (cut) cuts = undefined;
      if (cut?.before) return near.destroy();
      // Its reply says that the command was carried out; nobody hears it.
      if (cut) near.isCut = true;
      far.write(data);
    });
    far.on("data", (data) => {
      if (near.isCut) near.destroy();
      else near.write(data);
    });
  }).listen(path);
  await once(server, "listening");
  return {
    /** Cuts the next command that `when(text)` picks, `before` it arrives or after it was carried out. */
    cut: (when, { before = false } = {}) => { cuts = { when, before }; },
    /** Whether what was to be cut was. */
    get isCut() {
      return cuts === undefined;
    },
    end() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
