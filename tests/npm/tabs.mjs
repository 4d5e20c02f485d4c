// Tabs of one origin, in a browser with a profile on the disk: opened, used, and killed.
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProfile } from "../page/browser.mjs";

const PAGE = `<!doctype html><title>tab</title><body></body>`;

export class Tabs {
  #server;
  #context;
  #profile;
  #bundles = new Map();

  /** Bundles these scripts of the project; each is a page of the same origin. */
  static async open(project, scripts) {
    const tabs = new Tabs();
    for (const script of scripts) {
      const outfile = join(project.folder, `${script}.bundle.js`);
      await project.tool("esbuild").build({ entryPoints: [join(project.folder, script)], outfile, bundle: true, format: "esm" });
      tabs.#bundles.set(`/${script}`, await readFile(outfile));
    }
    tabs.#server = createServer(({ url }, response) => {
      const [path] = url.split("?");
      const script = tabs.#bundles.get(path);
      response.setHeader("content-type", script ? "text/javascript" : "text/html");
      response.end(script ?? `${PAGE}<script type="module" src="${path.replace(".html", ".js")}"></script>`);
    });
    tabs.#server.listen(0, "127.0.0.1");
    await once(tabs.#server, "listening");
    tabs.#profile = await mkdtemp(join(tmpdir(), "shardd-profile-"));
    tabs.#context = await openProfile(tabs.#profile);
    return tabs;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** The same pages under another name, where nothing is stored yet. */
  get otherOrigin() {
    return this.origin.replace("127.0.0.1", "localhost");
  }

  get version() {
    return `Chromium ${this.#context.browser().version()}`;
  }

  /** A tab with the script of this page, once `globalThis.ready` says so; `before` runs ahead of it. */
  async tab(url, before, origin = this.origin) {
    for (let left = 3; ; left--) {
      let page;
      try {
        page = await this.#context.newPage();
        if (before) await page.addInitScript(before);
        await page.goto(`${origin}/${url}`);
        await page.waitForFunction(() => globalThis.ready);
        return page;
      } catch (error) {
        // The browser keeps processes in reserve: after a kill, a new tab may get one that is dead already.
        if (left === 0 || !/crashed/.test(error.message)) throw error;
        await page?.close();
      }
    }
  }

  /** What the devtools protocol says to a command about this page. */
  async ask(page, method, params) {
    const session = await this.#context.newCDPSession(page);
    return session.send(method, params);
  }

  /** The processes that pages live in. */
  async renderers() {
    const session = await this.#context.browser().newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  }

  /** Kills the process of a page, as the system does when memory is short. */
  async crash(page) {
    const crashed = page.waitForEvent("crash");
    this.ask(page, "Page.crash").catch(() => {});
    await crashed;
    await page.close();
  }

  async close() {
    await this.#context?.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
