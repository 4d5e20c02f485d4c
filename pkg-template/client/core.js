// One life of the kernel, from its start to its trap. A panic, the end of the memory or of the stack cuts off what runs in the middle of its work: what is
// in the memory is not to be trusted any more.
import { decoded } from "./text.js";

/** Starts `module` under glue of its own. */
export const begin = (module, glue) => new Life(module, glue);

class Life {
  constructor(module, glue) {
    /** What ended it. */
    this.trap = undefined;
    /** The calls under way, which it takes along. */
    this.calls = new Set();
    /** Answers that calls of one write give each other, by their tickets: `{ status, edge, bytes }`. */
    this.answers = new Map();
    const { exports } = new WebAssembly.Instance(module, glue.__wbg_get_imports());
    glue.__wbg_finalize_init({ exports }, module);
    this.glue = glue;
    this.memory = exports.memory;
    this.encoder = new TextEncoder();
    this.look();
  }

  /** Calls the kernel. Whatever is thrown out of it ends its life: it has skipped the rest of some Rust. */
  enter(name, ...input) {
    if (this.trap !== undefined) throw this.trap;
    try {
      return this.glue[name](...input);
    } catch (error) {
      this.trap = error === undefined ? new Error("The wasm threw nothing.") : error;
    }
    for (const call of this.calls) call.fall(this.trap);
    throw this.trap;
  }

  /** The views of the memory, made anew where it has grown. */
  look() {
    if (this.buffer === this.memory.buffer) return;
    this.buffer = this.memory.buffer;
    this.words = new Int32Array(this.buffer);
    this.bytes = new Uint8Array(this.buffer);
  }

  /** Puts texts and bytes into the input, one after another; how many bytes each has there. */
  put(...parts) {
    let most = 0;
    // A unit of a text has at most three bytes in UTF-8.
    for (const part of parts) most += typeof part === "string" ? 3 * part.length : part.length;
    let at = this.enter("room", most);
    this.look();
    return parts.map((part) => {
      let length = part.length;
      if (typeof part === "string") length = this.encoder.encodeInto(part, this.bytes.subarray(at)).written;
      else this.bytes.set(part, at);
      at += length;
      return length;
    });
  }

  /** So many words from a place, copied: the next call of the kernel may write over them. */
  wordsAt(place, length) {
    this.look();
    return Array.from(this.words.subarray(place >> 2, (place >> 2) + length));
  }

  /** Bytes that words name, copied. */
  bytesAt(place, length) {
    this.look();
    return this.bytes.slice(place, place + length);
  }

  textAt(place, length) {
    this.look();
    return length === 0 ? "" : decoded(this.bytes.subarray(place, place + length));
  }
}
