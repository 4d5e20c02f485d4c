// `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3).
const DATE = /^..., (\d\d) (...) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** How long a `Retry-After` header asks to wait from `unixMs`, at most 2^53-1; nothing where it is not understood. A date in the past asks for no wait. */
export function retryAfterMs(header, unixMs) {
  const said = header.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");
  const waitMs = /^\d+$/.test(said) ? Number(said) * 1000 : dateUnixMs(said) - unixMs;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.max(0, Math.min(waitMs, Number.MAX_SAFE_INTEGER));
}

/** The one form of a date that HTTP allows to be sent: every part has its place. (Date.parse takes many others, and each engine its own.) */
function dateUnixMs(date) {
  const [, ...parts] = DATE.exec(date) ?? [];
  const [day, name, year, hour, minute, second] = parts;
  const month = MONTHS.indexOf(name) / 3;
  if (!Number.isInteger(month) || month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return NaN;
  // Years below 100 are long past all the same; Date.UTC takes them for those of a century ago.
  return year < 1970 ? 0 : Date.UTC(year, month, day, hour, minute, second);
}
