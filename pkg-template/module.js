// A wasm module that is instantiated, synchronously, when it is first needed.
//
// Not at import: Workers forbid I/O and random values there, pages would pay for a client they may never
// use, and a top-level await breaks require() and older bundler targets. Not asynchronously either: a
// promise that two requests of one Cloudflare isolate share never settles for the second.
import { InternalError, UnsupportedError } from "./errors.js";

/**
 * `name` is the entry that users import; `glue` makes the glue of an instance. `home` holds the instance that runs, in `life`: copies of
 * the package that share it share the table of writes in flight, so that no two of them send copies of one write. `start` begins a life.
 *
 * `provide(wasm)` remembers the wasm: its bytes as hexadecimal digits, bytes, or a compiled Module; the last one before first use
 * counts. `instantiate()` makes sure that the module runs, anew after a trap, and gives its life.
 */
export function lazyModule(name, glue, home, start) {
  let source;

  function instantiate() {
    if (home.life && !home.life.trap) return home.life;
    if (source === undefined) {
      throw new InternalError({ message: "The wasm is not loaded yet: await init(source) before the first new Shardd()." });
    }
    for (const [isThere, reason, missing] of NEEDS) if (!isThere()) throw lacking(reason, missing);
    try {
      source = compiled(source);
      home.life = start(source, glue());
    } catch (cause) {
      throw refused(name, cause);
    }
    return home.life;
  }

  return { provide: (wasm) => void (source = wasm), instantiate };
}

// Asked by its tag: `instanceof` says no to a Module of another realm, such as Next's edge sandbox hands out.
function compiled(wasm) {
  if (Object.prototype.toString.call(wasm) === "[object WebAssembly.Module]") return wasm;
  return new WebAssembly.Module(typeof wasm === "string" ? decoded(wasm) : wasm);
}

// Two digits a byte: base64 is shorter, but shifts the bytes, so that a compressor finds half as much in them.
// The quick ways take a twentieth of the loop's time. Buffer by way of `globalThis`, which no bundler replaces with a copy of its own.
function decoded(text) {
  if (Uint8Array.fromHex) return Uint8Array.fromHex(text);
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "hex");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = digit(text, 2 * at) * 16 + digit(text, 2 * at + 1);
  return bytes;
}

function digit(text, at) {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

/** What a wasm and its glue are made with; `reason` is that of the error. */
const NEEDS = [
  [() => typeof WebAssembly === "object", "no_webassembly", "WebAssembly"],
  [() => typeof TextDecoder === "function", "no_text_decoder", "TextDecoder"],
  [() => typeof TextEncoder === "function", "no_text_decoder", "TextEncoder"],
  [() => typeof globalThis.crypto?.getRandomValues === "function", "no_random", "crypto.getRandomValues"],
];

function lacking(reason, missing) {
  const isJsdom = /jsdom/i.test(globalThis.navigator?.userAgent);
  const remedy = isJsdom || missing !== "WebAssembly"
    ? "in Jest's jsdom give the file @jest-environment node, or use jest-fixed-jsdom; elsewhere a polyfill or a newer runtime"
    : "use a runtime that has it and does not switch it off";
  return new UnsupportedError({ reason, message: `This runtime has no ${missing}, which shardd-wasm needs: ${remedy}.` });
}

function refused(name, cause) {
  const text = String(cause);
  if (/embedder/.test(text)) {
    return new UnsupportedError({ reason: "csp", message: `This runtime does not compile wasm from bytes: import "${name}/workerd" here.`, cause });
  }
  if (/unsafe-eval|CSP|Content.Security/i.test(text)) {
    const message = "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.";
    return new UnsupportedError({ reason: "csp", message, cause });
  }
  return new InternalError({ message: `The wasm of ${name} could not be instantiated.`, cause });
}
