// Edges' base URLs. They stay out of the messages: they may hold credentials.
import { moreThanBase, notUrl, plainHttp } from "../generated/sentences.js";
import { refuse } from "./refuse.js";
import { trimmed } from "./text.js";

const BASE = /^(https?):\/\/([^/]*)(.*)$/i;
const HOST = /^(\[.*\]|[^:[\]%<>"|]+)(?::(\d+))?$/;
const PORT_MAX = 65535;
const LOOPBACK = /^(localhost|.*\.localhost|127\.[\d.]*|\[::1\])$/i;

/** A base URL, checked, without slashes at its end. `allowHttp` lets `http:` go beyond this machine. */
export function edgeUrl(given, allowHttp) {
  const url = trimmed(given).replace(/\/+$/, "");
  const [, scheme, authority, path] = BASE.exec(url) || refuse(notUrl);
  if (/[@?#]/.test(authority + path)) refuse(moreThanBase);
  const [, host, port = "0"] = HOST.exec(authority) || refuse(notUrl);
  if (port > PORT_MAX || /[\s\\\0-\x1f\x7f]/.test(authority + path)) refuse(notUrl);
  if (scheme.toLowerCase() === "http" && !allowHttp && !LOOPBACK.test(host)) refuse(plainHttp);
  return url;
}
