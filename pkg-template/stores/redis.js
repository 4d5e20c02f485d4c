// Records in Redis or Valkey, one key each, by compare-and-set.
import { casStore } from "./cas.js";
import { StoreError } from "./error.js";

/** The value and the server's time: all who ask judge leases by one clock. */
const READ = `return {redis.call("GET", KEYS[1]), redis.call("TIME")}`;

/** Replaces the value if it is still what was read. An empty text stands for none. */
const WRITE = `
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then return 0 end
if ARGV[2] == "" then redis.call("DEL", KEYS[1]) return 1 end
redis.call("SET", KEYS[1], ARGV[2])
if ARGV[3] ~= "" then redis.call("PEXPIREAT", KEYS[1], ARGV[3]) end
return 1`;

/** `command` runs one command: `(args) => client.sendCommand(args)`, or what your client has. */
export function redisCasStore(command, { prefix = "shardd-record:" } = {}) {
  const evaluate = (script, key, ...args) => command(["EVAL", script, "1", prefix + key, ...args]);
  return casStore({
    async read(key) {
      const [text, [seconds, microseconds]] = await evaluate(READ, key);
      const nowUnixMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
      return { bytes: text ? decode(String(text)) : undefined, version: text ? String(text) : "", nowUnixMs };
    },

    async write(key, version, bytes, expiresAtUnixMs) {
      const until = Number.isFinite(expiresAtUnixMs) ? String(Math.ceil(expiresAtUnixMs)) : "";
      return Number(await evaluate(WRITE, key, version, bytes ? encode(bytes) : "", until)) === 1;
    },

    async *list(wanted) {
      const pattern = `${(prefix + wanted).replace(/[[\]*?\\]/g, "\\$&")}*`;
      const seen = new Set();
      let cursor = "0";
      do {
        const [next, keys] = await command(["SCAN", cursor, "MATCH", pattern, "COUNT", "500"]);
        for (const key of keys.map(String)) {
          const text = seen.has(key) ? undefined : await command(["GET", key]);
          seen.add(key);
          if (text) yield [key.slice(prefix.length), decode(String(text))];
        }
        cursor = String(next);
      } while (cursor !== "0");
    },
  });
}

// As text, since few clients hand out bytes as they are; with a mark, by which it is known for ours.
function encode(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return `:${btoa(text)}`;
}

function decode(text) {
  try {
    return Uint8Array.from(atob(text.replace(/^:/, "")), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new StoreError("foreign", "What Redis holds under this key is another program's: give the store a prefix of its own.", { cause });
  }
}
