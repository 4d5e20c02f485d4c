// How a value is stored, and read back: bytes as bytes, a Response as its parts, the rest as JSON.

const KIND = "shardd-kind";
const BYTES = "bytes";
const NOTHING = "nothing";
const RESPONSE = "response";

const isResponse = (value) => Object.prototype.toString.call(value) === "[object Response]";
const stored = (kind, body, status = 200, headers = []) => ({ status, headers: kind ? [[KIND, kind], ...headers] : headers, body });

/** The parts of a Response, marked as such, and without the mark. */
export const marked = (parts) => ({ ...parts, headers: [[KIND, RESPONSE], ...parts.headers] });
export const unmarked = (stored) => ({ ...stored, headers: stored.headers.filter(([name]) => name !== KIND) });

/** Whether it is a Response, which `handler` stores whatever codec its values have. */
export const holdsResponse = ({ headers }) => headers.some(([name, kind]) => name === KIND && kind === RESPONSE);

export const codec = {
  async encode(value) {
    if (value === undefined) return stored(NOTHING, new Uint8Array());
    if (value instanceof Uint8Array) return stored(BYTES, value);
    if (isResponse(value)) {
      const body = new Uint8Array(await value.clone().arrayBuffer());
      return marked({ status: value.status, headers: replayable(value.headers), body });
    }
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError("A value that is to be stored must be bytes, a Response, or what JSON can write.");
    return stored(undefined, new TextEncoder().encode(text));
  },

  decode(stored) {
    const { headers, body } = stored;
    const kind = headers.find(([name]) => name === KIND)?.[1];
    if (kind === NOTHING) return undefined;
    if (kind === BYTES) return body;
    if (kind === RESPONSE) return revived(unmarked(stored));
    return JSON.parse(new TextDecoder().decode(body));
  },
};

/** Of one connection, of one moment, or for one recipient. */
const ONCE = new Set([
  "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
  "upgrade", "content-length", "date", "set-cookie", "set-cookie2", "authentication-info", "www-authenticate",
]);

/** The headers that every retry may have. */
export function replayable(headers) {
  const named = (headers.get("connection") ?? "").toLowerCase().split(",").map((name) => name.trim());
  return [...headers].filter(([name]) => !ONCE.has(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

/** These may not have a body, not even an empty one. */
const BODILESS = new Set([101, 204, 205, 304]);

export const revived = ({ status, headers, body }) => new Response(BODILESS.has(status) ? null : body, { __proto__: null, status, headers });
