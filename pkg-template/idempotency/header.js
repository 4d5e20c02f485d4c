// The Idempotency-Key header: a structured-field string by the draft, often sent bare.

const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"(?:[ \t]*;[ \t]*[a-z*][a-z0-9_.*-]*(?:=(?:"[^"\\]*"|[^\s",;]*))?)*$/;
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]+$/;

/** The key of a header's value; nothing where it is none, or several. */
export function keyIn(value) {
  const text = value.trim();
  const quoted = QUOTED.exec(text);
  const key = quoted ? quoted[1].replace(/\\(["\\])/g, "$1") : BARE.test(text) ? text : "";
  return key === "" ? undefined : key;
}
