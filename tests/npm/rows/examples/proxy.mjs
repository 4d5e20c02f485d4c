// The least HTTP proxy there is: tunnels, and requests with a whole URL.
import { createServer, request } from "node:http";
import { connect } from "node:net";

export function startProxy() {
  let passed = 0;
  const server = createServer((asked, answer) => {
    passed += 1;
    const onward = request(asked.url, { method: asked.method, headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  server.on("connect", ({ url }, socket, head) => {
    passed += 1;
    const [host, port] = url.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const each of [socket, onward]) each.on("error", () => [socket, onward].forEach((end) => end.destroy()));
  });
  server.listen(0, "127.0.0.1");
  return { server, passed: () => passed };
}
