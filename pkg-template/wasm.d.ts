/**
 * What your bundler makes of a `.wasm` import: a compiled `Module` for Cloudflare Workers, elsewhere the address of a file to fetch.
 * For `init` of `shardd-wasm/slim`, which takes the one, and a `fetch` of the other.
 */
declare const wasm: any;
export default wasm;
