// A project as a user has one: an empty folder, the packed package installed, and nothing configured.
import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
/** No measure of anything: what takes so long hangs, on a machine of any speed. */
const LIMIT_MS = 600_000;

export class Project {
  /** `all` asks a row for everything that it can do, however long that takes. */
  constructor(row, ledger, all = false) {
    this.row = row;
    this.all = all;
    this.ledger = ledger;
    this.folder = resolve("target", "npm", row);
    this.env = {
      SHARDD_API_KEY: "local",
      SHARDD_EDGES: ledger.edges.join(","),
      // npm would look on the network for a newer npm.
      npm_config_update_notifier: "false",
    };
  }

  /** Starts from the row's files, without what an earlier run left. */
  async create(tarball, manifest = {}) {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
    await cp(resolve("tests", "npm", "rows", this.row), this.folder, { recursive: true });
    await this.write("package.json", JSON.stringify({ name: this.row, private: true, ...manifest }, null, 2));
    // The package has no dependencies, so there is nothing to ask a registry for.
    await this.run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", resolve(tarball)]);
  }

  write(name, text) {
    return writeFile(join(this.folder, name), text);
  }

  node(...args) {
    return this.run(process.execPath, args);
  }

  /** Runs a command in the project and gives its output; a failure carries what it wrote. */
  async run(command, args) {
    try {
      const options = { cwd: this.folder, env: { ...process.env, ...this.env }, timeout: LIMIT_MS };
      const { stdout } = await exec(command, args, options);
      return stdout;
    } catch (error) {
      const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim();
      throw new Error(said || error.message);
    }
  }

  /** A tool that the tests bring along (esbuild, miniflare, …); the user's project does not have it. */
  tool(name) {
    return createRequire(join(toolsFolder(), "tools.js"))(name);
  }

  toolPath(...parts) {
    return join(toolsFolder(), "node_modules", ...parts);
  }
}

function toolsFolder() {
  const folder = process.env.SHARDD_NPM_TOOLS;
  if (!folder) throw new Error("SHARDD_NPM_TOOLS must name the tools' folder: run `cargo xtask test package`.");
  return folder;
}
