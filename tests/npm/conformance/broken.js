// Stores that are wrong, each in one way, and the words of the case that finds it out: a suite that lets one pass is worth nothing.

const later = () => new Promise((resolve) => setTimeout(resolve, 0));

/** `[what is wrong, (now) => the store, what is said of it]` */
export const BROKEN = [
  ["others come between reading and writing", (now) => map(now, { between: later }), /claims at once were granted/],
  ["it forgets who holds a key", (now) => map(now, { kept: tokenless }), /claim|token/],
  ["it keeps the first token of a key for all who come later", (now) => map(now, { kept: firstTokenOnly }), /a lapsed claim is taken over with the next token.*got applied/],
  ["it answers before it has written", (now) => map(now, { write: (put) => void later().then(put) }), /a free key is claimed.*got nothing/],
  ["it never frees a key", (now) => map(now, { removes: false }), /frees? the key|keeps? .*free/],
  ["it drops a record when half of its time has passed", (now) => map(now, { lives: (until, at) => at + (until - at) / 2 }), /got (nothing|claimed)/],
  ["its clock stands still", () => map(() => 1_795_000_000_000), /a second claim finds the first.*in-flight/],
  ["it reads bytes as text", (now) => map(now, { kept: (bytes) => new TextEncoder().encode(new TextDecoder().decode(bytes)) }), /claim/],
  ["it keeps the first kilobyte", (now) => map(now, { kept: (bytes) => bytes.slice(0, 1_024) }), /every byte of a long response/],
  ["capitals are all the same to it", (now) => map(now, { named: (key) => key.toLowerCase() }), /keys of any kind are kept apart.*got in-flight/],
  ["it knows a key by its beginning", (now) => map(now, { named: (key) => key.slice(0, 24) }), /got/],
  ["every seventh write is lost", (now) => map(now, { write: everySeventhIsLost() }), /got/],
  ["it tidies up when a step throws", (now) => map(now, { before: later, thrown: (entries, key) => entries.delete(key) }), /cut off.*(finds what nobody left|nobody)/],
];

/** A Map, and what is wrong with it. */
function map(now, { between, before, write = (put) => put(), kept = (bytes) => bytes, named = (key) => key, lives = (until) => until, removes = true, thrown } = {}) {
  const entries = new Map();
  return {
    async update(name, step) {
      const key = named(name);
      if (before) await before();
      const at = now();
      const entry = entries.get(key);
      const bytes = entry && at < entry.until ? entry.bytes : undefined;
      let said;
      try {
        said = step(bytes, at);
      } catch (error) {
        thrown?.(entries, key);
        throw error;
      }
      if (between) await between();
      const { reply, put, remove, expiresAtUnixMs } = said;
      if (put) write(() => entries.set(key, { bytes: kept(put, bytes), until: lives(expiresAtUnixMs, at) }));
      if (remove && removes) entries.delete(key);
      return reply;
    },
  };
}

function everySeventhIsLost() {
  let writes = 0;
  return (put) => (++writes % 7 === 0 ? undefined : put());
}

/** Where a record has its token: see src/idempotency/codec/own.rs. */
const TOKEN = [18, 34];

function tokenless(bytes) {
  const copy = bytes.slice();
  copy.fill(0, ...TOKEN);
  return copy;
}

function firstTokenOnly(bytes, before) {
  const copy = bytes.slice();
  if (before) copy.set(before.slice(...TOKEN), TOKEN[0]);
  return copy;
}
