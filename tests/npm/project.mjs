// A project as a user has one: an empty folder, the packed package installed, and nothing configured.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { constants, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
/** No measure of anything: what takes so long hangs, on a machine of any speed. */
const LIMIT_MS = 600_000;

/** The folder that a row is in. */
export const sourceOf = (row) => ["features", "rows"].map((kind) => resolve("tests", "npm", kind, row)).find(existsSync);

export class Project {
  /** `all` asks a row for everything that it can do, however long that takes. */
  constructor(row, ledger, all = false) {
    this.row = row;
    this.all = all;
    this.ledger = ledger;
    /** How often the story (told.mjs) was told here to its end. */
    this.tellings = 0;
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
    this.tarball = resolve(tarball);
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
    await cp(sourceOf(this.row), this.folder, { recursive: true });
    await this.write("package.json", JSON.stringify({ name: this.row, private: true, ...manifest }, null, 2));
    // The package has no dependencies, so there is nothing to ask a registry for.
    await this.run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", this.tarball]);
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
      // Node shows the line that failed, and of what is minified and holds a wasm that is everything.
      const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim().replace(/^.{2000,}$/gm, "…");
      throw new Error(said || error.message);
    }
  }

  /** A tool that the tests bring along (esbuild, miniflare, …); the user's project does not have it. */
  tool(name) {
    return createRequire(join(toolsFolder(), "tools.js"))(name);
  }

  /** A bundler; those are many, large, and there only with `--all`. */
  bundler(name) {
    return createRequire(join(folderOf("SHARDD_NPM_BUNDLERS"), "tools.js"))(name);
  }

  bundlerPath(...parts) {
    return join(folderOf("SHARDD_NPM_BUNDLERS"), "node_modules", ...parts);
  }

  /** Puts Next.js into the project's own node_modules: it looks nowhere else. */
  takeNext() {
    const from = join(folderOf("SHARDD_NPM_NEXT"), "node_modules");
    return cp(from, join(this.folder, "node_modules"), { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
  }

  toolPath(...parts) {
    return join(toolsFolder(), "node_modules", ...parts);
  }
}

const toolsFolder = () => folderOf("SHARDD_NPM_TOOLS");

function folderOf(variable) {
  const folder = process.env[variable];
  if (!folder) throw new Error(`${variable} must name the tools' folder: run \`cargo xtask test package --all\`.`);
  return folder;
}
