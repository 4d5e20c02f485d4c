// Values of every kind that the tables of arguments and options know, good and bad.
/** Options that the package alone has: the class that reads in Rust refuses them. */
export const OF_PACKAGE = ["fetch", "rememberEdge", "waitUntil"];

const half = "\ud800";
const NOT_TEXT = [undefined, 5, true, {}, ["b"], new String("b"), Symbol.iterator, 5n];
const NOT_NUMBER = [undefined, "5", true, {}, [5], new Date(0), Symbol.iterator];
const NOT_WHOLE = [1.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e21];
const TOO_LARGE = [2n ** 63n, 2n ** 64n, 2n ** 70n];
const TOO_SMALL = [-(2n ** 63n) - 1n, -(2n ** 70n)];
const BLANK = ["", " \t\n", "\u00a0\u2003\u3000", "\u0085"];

const name = ["b", "my-app", "user:alice", "../b?#%2e/\u00fc\u2028", "a!'()*~-._b", "\ud83d\udcb0 \"\\\b\t\n\f\r\u0001\u007f", " b ", "\ufeff", "{bucket}", "$&", "b".repeat(300)];
const badName = [...NOT_TEXT, ...BLANK, "a\0b", `a${half}`, `${half}a`, "\udc00", null];
const count = [0, -0, 1, 7n, 2 ** 53 - 1, 2n ** 53n, 2n ** 63n - 1n, 0n];
const badCount = [...NOT_NUMBER, ...NOT_WHOLE, ...TOO_LARGE, -1, -1n, -(2n ** 63n)].filter((value) => value !== undefined);
const text = ["", "x", "a b&c=d", "\u00e9!'()*", "\ud83d\udcb0", "\u2028", "standard", "\t\r\n"];
const badText = [...NOT_TEXT.filter((value) => value !== undefined), half];
const event = { originNodeId: "n", originEpoch: 1, originSeq: 7 };
const { signal } = new AbortController();

export const GOOD = {
  n: name, s: name, d: name,
  w: [0, -0, 5, -5, 0n, -7n, 2 ** 53 - 1, -(2 ** 53 - 1), 2n ** 63n - 1n, -(2n ** 63n) + 1n],
  "+": [1, 5n, 2 ** 53 - 1, 2n ** 63n - 1n], "-": [1, 5n, 2 ** 53 - 1, 2n ** 63n - 1n],
  l: [5_000, 60_000n, 86_400_000],
  u: [undefined, null, "http://127.0.0.1:9"],
  text, count, edge: ["http://127.0.0.1:9"],
  note: [...text, "\ud834\udd1e".repeat(4_096), "\b\t\n\f\r\\\"/"],
  nonce: ["order-9821", "  trimmed\t", "\u00e9".repeat(128), "\ufeff", "a\u0085b\u0085", "\"\\\b\f", "reserve"],
  span: [5_000, 60_000n, 2_147_483_647],
  acks: [0, 1n, 2 ** 32 - 1],
  flag: [true, false],
  function: [() => {}],
  signal: [signal, { aborted: false, addEventListener() {}, removeEventListener() {} }],
  after: [event, { event }, { event, meta: {} }, { originNodeId: "n", originEpoch: 1n, originSeq: 2n }],
};

export const BAD = {
  n: badName, s: [...badName, ".", ".."], d: [...badName, ".", "..", "deleted"],
  w: [...NOT_NUMBER, ...NOT_WHOLE, ...TOO_LARGE, ...TOO_SMALL, -(2n ** 63n), null],
  "+": [...NOT_NUMBER, ...NOT_WHOLE, ...TOO_LARGE, ...TOO_SMALL, 0, -0, -5, 0n, -5n, null], "-": [...NOT_NUMBER, ...NOT_WHOLE, ...TOO_LARGE, 0, -5, -5n, null],
  l: [...NOT_NUMBER, ...NOT_WHOLE, ...TOO_LARGE, 0, 4_999, 4_999n, -1, 2n ** 62n, null],
  u: [5, true, {}, half],
  text: badText, count: badCount, edge: [5, {}, half],
  note: [...badText, "a\0", "x".repeat(4_097), "\ud834\udd1e".repeat(4_097)],
  nonce: [...badText, ...BLANK, "n".repeat(129), "\u00e9".repeat(129), "reserve:1", " release:1", "void:", "a\0b"],
  span: [...badCount, 0, 2 ** 31, 2n ** 31n, 0n],
  acks: [...badCount, 2 ** 32, 2n ** 32n],
  flag: [0, 1, "true", {}],
  function: [5, {}, "f"],
  signal: [{}, "now", 5, { aborted: 1 }, { aborted: false }],
  after: [5, {}, { event: 5 }, { event: null }, { ...event, originSeq: -1 }, { ...event, originNodeId: 5 }, "event", [event]],
};
