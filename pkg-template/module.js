// A wasm module that is instantiated, synchronously, when it is first needed.
//
// Not at import: Workers forbid I/O and random values there, pages would pay for a client they may never
// use, and a top-level await breaks require() and older bundler targets. Not asynchronously either: a
// promise that two requests of one Cloudflare isolate share never settles for the second.
import { InternalError } from "./errors.js";
import { begin } from "./life.js";

/**
 * `name` is the entry that users import; `glue` makes the glue of an instance. `home` holds the instance that runs, in `life`: copies of
 * the package that share it share the table of writes in flight, so that no two of them send copies of one write.
 *
 * `provide(wasm)` remembers the wasm: base64 text, bytes, or a compiled Module; the last one before first use
 * counts. `instantiate()` makes sure that the module runs, anew after a trap, and gives its life.
 */
export function lazyModule(name, glue, home = {}) {
  let source;

  function instantiate() {
    if (home.life && !home.life.trap) return home.life;
    if (source === undefined) {
      throw new InternalError({ message: "The wasm is not loaded yet: await init(source) before the first new Shardd()." });
    }
    if (typeof WebAssembly === "undefined") {
      throw new InternalError({ message: "This JavaScript engine has no WebAssembly, which shardd-wasm needs." });
    }
    try {
      source = compiled(source);
      home.life = begin(source, glue());
    } catch (cause) {
      throw new InternalError({ message: refusal(name, cause), cause });
    }
    return home.life;
  }

  return { provide: (wasm) => void (source = wasm), instantiate };
}

// Asked by its tag: `instanceof` says no to a Module of another realm, such as Next's edge sandbox hands out.
function compiled(wasm) {
  if (Object.prototype.toString.call(wasm) === "[object WebAssembly.Module]") return wasm;
  return new WebAssembly.Module(typeof wasm === "string" ? decodeBase64(wasm) : wasm);
}

// The quick ways take a twentieth of the loop's time: eight milliseconds of a first client in Node. Buffer by way of `globalThis`, which no bundler
// replaces with a copy of its own. fetch("data:") is asynchronous and a CSP matter, and Uint8Array.from(text, map) walks a string iterator.
function decodeBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "base64");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function refusal(name, cause) {
  const text = String(cause);
  if (/embedder/.test(text)) {
    return `This runtime does not compile wasm from bytes: import "${name}/workerd" here.`;
  }
  if (/unsafe-eval|CSP|Content.Security/i.test(text)) {
    return "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.";
  }
  return `The wasm of ${name} could not be instantiated.`;
}
