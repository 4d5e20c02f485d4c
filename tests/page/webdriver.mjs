// Firefox and WebKit, each through the driver that comes with it; Chromium has a library (browser.mjs).
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Service } from "../npm/service.mjs";

/** No measure of anything: a page that takes so long hangs, on a machine of any speed. */
const LIMIT_MS = 120_000;

const ENGINES = {
  firefox: {
    name: "Firefox",
    program: (port) => [process.env.SHARDD_GECKODRIVER, ["--port", String(port)]],
    capabilities: () => ({ "moz:firefoxOptions": { binary: process.env.SHARDD_FIREFOX, args: ["-headless"] } }),
  },
  webkit: {
    name: "WebKitGTK",
    // It knows no headless way.
    program: (port) => ["xvfb-run", ["--auto-servernum", process.env.SHARDD_WEBKIT_DRIVER, `--port=${port}`]],
    environment: { WEBKIT_DISABLE_COMPOSITING_MODE: "1", LIBGL_ALWAYS_SOFTWARE: "1" },
    capabilities: () => ({}),
  },
};

/** Why this engine cannot be had here, if it cannot. */
export function missingDriver(engine) {
  const variable = { firefox: "SHARDD_GECKODRIVER", webkit: "SHARDD_WEBKIT_DRIVER" }[engine];
  return process.env[variable] ? undefined : `${variable} names no driver: \`cargo xtask test --all\` installs it where there is apt`;
}

export class Driven {
  #service;
  #session;
  #home;

  static async open(engine) {
    for (let left = 5; ; left--) {
      try {
        return await Driven.#tryOpen(engine);
      } catch (error) {
        // Somebody else may take the port between asking for it and using it.
        if (left === 0 || !/the server did not start/.test(error.message)) throw error;
      }
    }
  }

  static async #tryOpen(engine) {
    const driven = new Driven();
    const { program, environment, capabilities, name } = ENGINES[engine];
    // XDG_RUNTIME_DIR must be nobody else's.
    driven.#home = await mkdtemp(join(tmpdir(), `shardd-${engine}-`));
    const port = await freePort();
    const [command, args] = program(port);
    const env = { ...process.env, ...environment, XDG_RUNTIME_DIR: driven.#home };
    driven.#service = new Service(command, args, { env });
    try {
      driven.address = `http://127.0.0.1:${port}`;
      await driven.#service.until(() => driven.#ask("GET", "/status").then(({ ready }) => ready, () => false));
      const { sessionId, capabilities: got } = await driven.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities() } });
      driven.#session = `/session/${sessionId}`;
      driven.version = `${name} ${got.browserVersion}`;
      return driven;
    } catch (error) {
      await driven.close();
      throw error;
    }
  }

  /** What a page shows, once it shows something. */
  async shown(url) {
    await this.#ask("POST", `${this.#session}/url`, { url });
    const script = "return document.body.innerText.trim()";
    for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
      const text = await this.#ask("POST", `${this.#session}/execute/sync`, { script, args: [] });
      if (text) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${url} shows nothing`);
  }

  async close() {
    if (this.#session) await this.#ask("DELETE", this.#session).catch(() => {});
    await this.#service.end();
    await rm(this.#home, { recursive: true, force: true, maxRetries: 10 });
  }

  async #ask(method, path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.address + path, { method, headers, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error}, ${value.message}`);
    return value;
  }
}

async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
