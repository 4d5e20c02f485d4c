// One request on a socket, and its answer.
import { Cut, visit } from "../testing/visit.js";
import { head } from "./raw.js";

/** One byte more than the gateway takes, so that the core sees what is too long. */
const BODY_LIMIT = 2_097_153;
/** So long the first half of a body may take to leave the machine before the connection ends. */
const FLUSH_MS = 30;

export async function exchange(world, region, incoming, outgoing) {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const body = await read(incoming);
    const request = { method: incoming.method, target: incoming.url, headers: incoming.rawHeaders, body };
    const answer = await visit(world, region, request, gone.signal);
    if (!outgoing.destroyed) write(answer, incoming, outgoing);
  } catch (error) {
    incoming.socket.resetAndDestroy();
    // A sender that went away is no news.
    if (!(error instanceof Cut) && !gone.signal.aborted) throw error;
  }
}

export async function read(incoming) {
  const chunks = [];
  let length = 0;
  for await (const chunk of incoming) {
    if (length < BODY_LIMIT) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT);
}

function write({ status, headers, body, ending }, { method, httpVersion, socket }, outgoing) {
  // The answer to a HEAD brings its length along.
  const length = method === "HEAD" && headers.includes("content-length") ? [] : ["content-length", String(body.length)];
  const fields = [...headers, ...length];
  // Node's own answers are HTTP/1.1, whatever was asked.
  const isOld = httpVersion === "1.0";
  const stream = isOld ? socket : outgoing;
  if (isOld) socket.write(head(httpVersion, { status, headers: fields }));
  else outgoing.writeHead(status, fields);
  if (ending === "whole") return void stream.end(body);
  stream.write(body.subarray(0, Math.floor(body.length / 2)));
  if (ending === "truncated") setTimeout(() => socket.destroy(), FLUSH_MS);
}
