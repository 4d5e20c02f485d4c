// Records in Redis or Valkey, one key each, by compare-and-set.
import { given } from "../snapshot.js";
import { overCas } from "./cas.js";
import { closable } from "./closable.js";
import { StoreError } from "./error.js";
import { onceMore } from "./repeat.js";

/** The value and the server's time: all who ask judge leases by one clock. */
const READ = `return {redis.call("GET", KEYS[1]), redis.call("TIME")}`;

/** Replaces the value if it is still what was read. An empty text stands for none. SET also takes an older expiry away. */
const WRITE = `
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then return 0 end
if ARGV[2] == "" then redis.call("DEL", KEYS[1]) return 1 end
redis.call("SET", KEYS[1], ARGV[2])
if ARGV[3] ~= "" then redis.call("PEXPIREAT", KEYS[1], ARGV[3]) end
return 1`;

/** What the server says when it has refused a command before it did anything. */
const REFUSED =
  /^-?(OOM|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|CROSSSLOT|NOAUTH|WRONGPASS|NOPERM|NOSCRIPT|NOREPLICAS|MISCONF|BUSY|NOPROTO)\b/;
/** Its other errors. Whatever is none of its own comes from the client, whose connection was lost or was never there. */
const REPLIED = /^-?(ERR|WRONGTYPE|EXECABORT|UNKILLABLE)\b/;

const said = (error) => String(error?.message);
const isLost = (error) => !REFUSED.test(said(error)) && !REPLIED.test(said(error)) && error?.name !== "ReplyError";

const failed = (cause, isSent) => new StoreError(
  "failed",
  isLost(cause) ? "Redis could not be asked: see the cause, and whether the client connects again by itself." : "Redis refused a command: see the cause.",
  { cause, written: isSent && !REFUSED.test(said(cause)) ? null : false },
);

/** `command` runs one command: `(args) => client.sendCommand(args)`, or what your client has. */
export function redisCasStore(command, options) {
  const { prefix = "shardd-record:" } = given(options);
  const evaluate = (script, key, ...args) => command(["EVAL", script, "1", prefix + key, ...args]);
  const methods = {
    async read(key) {
      const [text, [seconds, microseconds]] = await evaluate(READ, key);
      const nowUnixMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
      const version = text ? String(text) : "";
      return { bytes: text ? decode(version) : undefined, version, stamps: version.split(".").slice(1), nowUnixMs };
    },

    async write(key, version, bytes, expiresAtUnixMs, stamps) {
      const until = Number.isFinite(expiresAtUnixMs) ? String(Math.ceil(expiresAtUnixMs)) : "";
      return Number(await evaluate(WRITE, key, version, bytes ? encode(bytes, stamps) : "", until)) === 1;
    },

    async *list(wanted) {
      const once = onceMore(isLost);
      const ask = (...args) => once.ask(() => command(args)).catch((cause) => { throw failed(cause, false); });
      const pattern = `${(prefix + wanted).replace(/[[\]*?\\]/g, "\\$&")}*`;
      const seen = new Set();
      let cursor = "0";
      do {
        const [next, keys] = await ask("SCAN", cursor, "MATCH", pattern, "COUNT", "500");
        for (const key of keys.map(String)) {
          const text = seen.has(key) ? undefined : await ask("GET", key);
          seen.add(key);
          if (text) yield [key.slice(prefix.length), decode(String(text))];
        }
        cursor = String(next);
      } while (cursor !== "0");
    },
  };
  return closable(overCas(methods, { isLost, failed }));
}

// As text, since few clients hand out bytes as they are; with a mark, by which it is known for ours, and the record's history.
function encode(bytes, stamps) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return [`:${btoa(text)}`, ...stamps].join(".");
}

function decode(text) {
  try {
    return Uint8Array.from(atob(text.replace(/^:|\..*$/g, "")), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new StoreError("foreign", "What Redis holds under this key is another program's: give the store a prefix of its own.", { cause });
  }
}
