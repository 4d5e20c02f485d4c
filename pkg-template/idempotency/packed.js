// A response as bytes, in the layout of src/idempotency/codec/response.rs.

/** `{ status, headers: [[name, value], ...], body }`, whatever a codec of the user's made of it. */
export function packed(response) {
  const { status, headers, body } = Object(response);
  const pairs = typeof headers === "object" && headers !== null ? Array.from(headers, (pair) => Array.from(pair)) : [];
  const head = [];
  number(head, typeof status === "number" ? Math.min(Math.max(Math.trunc(status) || 0, 0), 65_535) : 200);
  number(head, pairs.length);
  for (const [name, value] of pairs) for (const word of [name, value]) text(head, word);
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  number(head, bytes.length);
  const out = new Uint8Array(head.length + bytes.length);
  out.set(head);
  out.set(bytes, head.length);
  return out;
}

function number(out, value) {
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  out.push(value);
}

function text(out, word) {
  const bytes = new TextEncoder().encode(typeof word === "string" ? word : "");
  number(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

/** Bytes that the wasm has checked. */
export function unpacked(bytes) {
  let at = 0;
  function number() {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }
  function taken() {
    const length = number();
    return bytes.slice(at, (at += length));
  }
  const word = () => new TextDecoder().decode(taken());
  const status = number();
  const headers = Array.from({ length: number() }, () => [word(), word()]);
  return { status, headers, body: taken() };
}
