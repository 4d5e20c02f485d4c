// The package's own wasm with a bound to its memory, so that it really runs out of it.

/** Sections of a wasm come in this order by their ids; the memory's is this one. */
const MEMORY = 5;
const HEADER_BYTES = 8;
const PAGE_BYTES = 65_536;

/** The same wasm, which can grow by `mebibytes` and no further. */
export function cramped(wasm, mebibytes) {
  for (let at = HEADER_BYTES; at < wasm.length; ) {
    const [id, start] = [wasm[at], at];
    const [size, body] = read(wasm, at + 1);
    at = body + size;
    if (id !== MEMORY) continue;
    const [count, flags] = [wasm[body], wasm[body + 1]];
    if (count !== 1 || flags !== 0) throw new Error("The wasm has another kind of memory: this test wants one without a bound.");
    const [pages] = read(wasm, body + 2);
    const bound = [1, 1, ...written(pages), ...written(pages + (mebibytes * 1_048_576) / PAGE_BYTES)];
    return Buffer.concat([wasm.subarray(0, start), Buffer.from([MEMORY, ...written(bound.length), ...bound]), wasm.subarray(at)]);
  }
  throw new Error("The wasm has no memory.");
}

/** A number in LEB128, and where it ends. */
function read(bytes, at) {
  let [value, shift] = [0, 0];
  for (; bytes[at] & 0x80; at++, shift += 7) value |= (bytes[at] & 0x7f) << shift;
  return [value | (bytes[at] << shift), at + 1];
}

function written(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
