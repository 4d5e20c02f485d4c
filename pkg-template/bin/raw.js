// What Node's HTTP server cannot do and the real gateways do: answer HTTP/1.0 as such, and a method it does not know.
import { STATUS_CODES } from "node:http";
import { Cut, visit } from "../testing/visit.js";

/** A method is any token (RFC 9110, section 9.1). */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/(1\.[01])\r?\n/;

/** The head of an answer after which the connection ends. */
export function head(version, { status, headers }) {
  const fields = [];
  for (let i = 0; i + 1 < headers.length; i += 2) fields.push(`${headers[i]}: ${headers[i + 1]}`);
  const lines = [`HTTP/${version} ${status} ${STATUS_CODES[status] ?? ""}`, ...fields, `date: ${new Date().toUTCString()}`, "connection: close"];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Answers a request with an unknown method; whatever else Node's parser refuses is a bad request. */
export async function unparsed(world, region, error, socket) {
  const line = error.code === "HPE_INVALID_METHOD" && REQUEST_LINE.exec(error.rawPacket?.toString("latin1") ?? "");
  if (!socket.writable) return void socket.destroy();
  if (!line) return void socket.end(head("1.1", { status: 400, headers: ["content-length", "0"] }));
  const [, method, target, version] = line;
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  try {
    const answer = await visit(world, region, { method, target, headers: [], body: new Uint8Array() }, gone.signal);
    const headers = [...answer.headers, "content-length", String(answer.body.length)];
    socket.write(head(version, { ...answer, headers }));
    socket.end(answer.body);
  } catch (failure) {
    socket.resetAndDestroy();
    if (!(failure instanceof Cut) && !gone.signal.aborted) throw failure;
  }
}
