// The directory of the edges, read for edges that the client does not know yet.
import { now } from "./clock.js";
import { edgeUrl } from "./edge-url.js";
import { own } from "./own.js";
import { decoded } from "./text.js";

/** The base URLs of those edges that are reachable and whose host ends in `.` and `suffix`. The directory is public and its edges get the API key: what is not
 * https, or elsewhere, is passed over. */
function baseUrls(bytes, suffix) {
  const end = `.${suffix.toLowerCase()}`;
  const urls = [];
  for (const edge of JSON.parse(decoded(bytes)).edges) {
    const [url, reachable] = ["base_url", "reachable"].map((name) => own(Object(edge), name));
    if (reachable !== true || typeof url !== "string") continue;
    const [, host] = /^https:\/\/([^/:]*)/.exec(url) || [];
    if (host === undefined || host.length <= end.length || !host.toLowerCase().endsWith(end)) continue;
    try {
      urls.push(edgeUrl(url, false));
    } catch {
      // No base URL.
    }
  }
  return urls;
}

/** Adds the edges that a directory names. */
export function merge(core, bytes, suffix) {
  const { life, handle, edges } = core;
  const [length] = life.put(baseUrls(bytes, suffix).join("\n"));
  const count = life.enter("merge", handle, length, now());
  while (edges.length < count) {
    const place = life.enter("url", handle, edges.length);
    if (place === 0) return;
    const [at, size] = life.wordsAt(place, 2);
    edges.push(life.textAt(at, size));
  }
}
