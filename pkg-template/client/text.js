// Text and its bytes.
let decoder;

/** The text of these bytes; nothing where they are no UTF-8. A byte order mark is no JSON: it is kept, and refused by whoever reads the text. */
export function decoded(bytes) {
  decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether no half of a surrogate pair stands alone. (Older engines have no way of their own, which is ten times as fast.) */
export const isWellFormed = (text) => (text.isWellFormed ? text.isWellFormed() : !/[\ud800-\udfff]/u.test(text));

/** How many code points a well-formed text has. */
export function codePoints(text) {
  const pairs = text.match(/[\ud800-\udbff]/g);
  return text.length - (pairs ? pairs.length : 0);
}

/** How many bytes a well-formed text has in UTF-8. */
export function byteLength(text) {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair has two of the four bytes.
    if (unit > 0x7f) bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes;
}

/** A caller's text as a part of a URL: all but the unreserved letters of RFC 3986, section 2.3, percent-encoded. */
export const escaped = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** Whether this is the ledger's own name of a bucket: `user_<uuid>__bucket_<hex of the caller's name>`. */
export const isInternalBucket = (name) => name.startsWith("user_") && name.includes("__bucket_");

/** Without white space around it, as the ledger trims: what Unicode calls so, with U+0085 and without U+FEFF. */
export function trimmed(text) {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text[from])) from++;
  while (from < to && isSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

const isSpace = (letter) => (letter > "~" ? letter === "\x85" || (letter !== "\ufeff" && letter.trim() === "") : letter <= " " && letter.trim() === "");
