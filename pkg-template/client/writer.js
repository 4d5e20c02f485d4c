// The JSON of requests and fingerprints, byte for byte as every version of this client writes it: fingerprints in a store are compared as text.

/** What JSON.stringify writes with one letter, and this client with four digits. */
const SHORT = { b: "\\u0008", t: "\\u0009", f: "\\u000c", r: "\\u000d" };

export function quoted(text) {
  const json = JSON.stringify(text);
  return /[\b\t\f\r]/.test(text) ? json.replace(/\\(.)/g, (escape, letter) => SHORT[letter] || escape) : json;
}

/** A value of a request: text, a whole number or a flag. */
export const written = (value) => (typeof value === "string" ? quoted(value) : String(value));
