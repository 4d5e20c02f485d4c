// The bytes of a request's body, the same for the same request.
import { invalid } from "./error.js";

/** Text and bytes as they are; anything else as JSON whose members are in order. */
export function bytesOf(body) {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body);
  return new TextEncoder().encode(canonical(body));
}

function canonical(value) {
  let text;
  try {
    text = JSON.stringify(value, (_, member) => typeof member === "bigint" ? `${member}n` : sorted(member));
  } catch (cause) {
    throw invalid("The body of a request must be text, bytes, or what JSON can write: see the cause.", { cause });
  }
  if (text === undefined) throw invalid("The body of a request must be text, bytes, or what JSON can write.");
  return text;
}

function sorted(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
