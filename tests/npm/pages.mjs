// Pages of a project, served from its folder under a strict Content-Security-Policy, and opened in a browser.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { openPage } from "../page/browser.mjs";
import { heard, setting } from "./told.mjs";

/** README.md names what of this the package needs: 'wasm-unsafe-eval', and the regions. */
export const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src http://127.0.0.1:*";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** A page without anything but its scripts. */
export const page = (script, kind = ` type="module"`) => `<!doctype html><title>story</title><body></body><script${kind} src="${script}"></script>`;

export class Site {
  #server;

  /** `pages` are whole pages by their path; anything else is a file below `folder`. */
  static async open(folder, pages, csp = CSP) {
    const site = new Site();
    site.#server = createServer(async ({ url }, response) => {
      const path = normalize(new URL(url, "http://site").pathname);
      response.setHeader("content-security-policy", csp);
      response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
      // Asked for by every browser that may.
      const body = path === "/favicon.ico" ? "" : pages[path] ?? (await readFile(join(folder, path)).catch(() => undefined));
      if (body === undefined) response.statusCode = 404;
      response.end(body);
    });
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Opens a page in Chromium, hears the story there, and finds its console empty. */
export async function chromium(project, address, place) {
  const { page, errors, version, close } = await openPage(`${address}#${encodeURIComponent(setting(project, place))}`);
  try {
    await page.waitForFunction(() => document.body.innerText.trim() !== "");
    heard(project, await page.innerText("body"), place);
    assert.deepEqual(errors, [], `the console in ${place}`);
    return version;
  } finally {
    await close();
  }
}

/** Opens these pages of a folder one after another. */
export async function chromiumSite(project, folder, pages, csp) {
  const site = await Site.open(folder, pages, csp);
  try {
    let version;
    for (const path of Object.keys(pages)) version = await chromium(project, site.origin + path, `${project.row}${path}`);
    return version;
  } finally {
    site.close();
  }
}
