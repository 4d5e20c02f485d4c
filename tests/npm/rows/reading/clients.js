// Options of a client, good and bad: the same edges, or the same refusal.
import { Shardd } from "./reader.js";
import { settingsOf } from "./template/client/settings.js";
import { CLIENT } from "./template/generated/options.js";
import { Differences } from "./alike.js";
import { Chance } from "./chance.js";
import { BAD, GOOD, OF_PACKAGE } from "./values.js";

const [seed] = process.argv.slice(2);
const ROUNDS = Number(process.env.ROUNDS ?? 2_000);
const chance = new Chance(seed);
const differences = new Differences();

const URLS = [
  "https://a.example", " https://a.example/ ", "HTTPS://a.example:8443/base//", "http://[::1]:80", "http://x.localhost:1//", "http://127.0.0.1:9", "https://b.example", "http://LOCALHOST",
];
const ODD_URLS = [
  "", " ", "a.example", "ftp://a", "https://", "https:///a", "https://u:p@a", "https://a?x", "https://a#x", "https://a b", "https://a\nb", "https://a\\b", "https://a:99999", "https://a:", "https://a:x",
  "https://a:1:2", "http://127.evil.example", "http://10.0.0.1", "http://localhost.example", "https://:80", "https://u:p@", "https://a%20b", "https://[::1", 5, null, "\ud800",
];
const store = { update() {} };
const good = {
  ...GOOD, edges: [URLS.slice(0, 3), [URLS[1]], URLS], function: [() => {}], store: [store, Object.create(store)], owner: ["user", () => "user"],
  memory: [true, false, { get() {}, set() {} }], discover: [false, "api.example.com", "a.b"], ledger: ["staging", "\u00e9".repeat(128), " x "],
};
const bad = {
  ...BAD, edges: ["https://a.example", {}, 5, [], ...ODD_URLS.map((url) => ["https://a.example", url])], store: [{}, 5, { update: 1 }, "store"], owner: [5, {}, "\ud800"],
  memory: [5, {}, "yes", { get() {} }], discover: [5, {}, "", "com", ".com", "a.", "a b.c", "https://a.b", "\ud800"], ledger: ["", " ", "\u00e9".repeat(129), 5, "\ud800"],
};
const choices = (kind) => (kind.includes("|") ? [kind.split("|"), ["FAILOVER", 5, ""]] : [good[kind], bad[kind]]);

const NAMES = Object.keys(CLIENT).filter((name) => !OF_PACKAGE.includes(name));

const refusal = (error) => `${error.code}: ${error.message}`;

function theirs(options) {
  try {
    const shardd = new Shardd("key", options);
    const edges = shardd.edgeTable().map(({ url }) => url);
    shardd.free();
    return edges.join(" ");
  } catch (error) {
    return refusal(error);
  }
}

function ours(options) {
  try {
    return settingsOf(options).edges.join(" ");
  } catch (error) {
    return refusal(error);
  }
}

for (let round = 0; round < ROUNDS; round++) {
  const names = NAMES.filter(() => chance.percent(20));
  const wrong = chance.percent(60) ? chance.of(names) : undefined;
  const valueOf = (name) => {
    const [kind, , least = 1] = CLIENT[name];
    const [fit, unfit] = choices(kind);
    const value = chance.of(name === wrong ? unfit : fit);
    return kind === "span" && name === wrong && chance.percent(30) ? least - 1 : value;
  };
  const options = Object.fromEntries(names.map((name) => [name, valueOf(name)]));
  differences.add(options, theirs(options), ours(options));
}
for (const options of [null, {}, [], "options", 5, { timeOutMs: 1 }, { edge: [] }, { discover: true }, { discover: true, edges: URLS }, { edges: undefined, timeoutMs: null }]) {
  differences.add(options, theirs(options), ours(options));
}
console.log(`${differences.end(seed)} clients`);
