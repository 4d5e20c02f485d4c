// A server that a row starts, and whatever that starts in turn.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** No measure of anything: what takes so long does not start. */
const LIMIT_MS = 120_000;

export class Service {
  #child;
  #ended;
  /** What it wrote so far. */
  said = "";
  /** Whether it has ended. */
  gone = false;

  constructor(command, args, options = {}) {
    // A group of its own: servers start others, and browsers.
    this.#child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on("data", (chunk) => (this.said += chunk));
    this.#child.on("error", ({ message }) => (this.said += message));
    this.#ended = once(this.#child, "close").catch(() => {}).then(() => (this.gone = true));
  }

  /** Starts a script with Node in the project's folder; `address` is the first match in what it writes. */
  static async start(project, args, address) {
    const service = new Service(process.execPath, args, { cwd: project.folder, env: { ...process.env, ...project.env } });
    await service.until(() => (service.address = address.exec(service.said)?.[0]));
    return service;
  }

  /** Waits until it has come so far; one that never does is ended. */
  async until(ready) {
    for (const end = Date.now() + LIMIT_MS; Date.now() < end && !this.gone; ) {
      if (await ready()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.end();
    throw new Error(`the server did not start: ${this.said}`);
  }

  async end() {
    try {
      process.kill(-this.#child.pid, "SIGTERM");
    } catch {
      // Gone already.
    }
    await this.#ended;
  }
}
