// Where callers live: a process of Node, or a page in Chromium. Each has connect() and play() of callers.js,
// and says whether it sends a preflight ahead of a write.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openPage } from "../../../page/browser.mjs";
import { CSP, Site, page } from "../../pages.mjs";

export async function inNode(project, secure) {
  const undici = secure && { UNDICI: pathToFileURL(project.toolPath("undici", "index.js")).href, CERTIFICATE: secure.cert };
  const child = fork(join(project.folder, "node.js"), { cwd: project.folder, env: { ...process.env, ...project.env, ...undici } });
  const ended = once(child, "exit");
  const failed = ended.then(([code]) => { throw new Error(`the process with the callers ended with ${code}`); });
  failed.catch(() => {});
  const waiting = new Map();
  const answer = (id) => Promise.race([failed, new Promise((resolve) => waiting.set(id, resolve))]);
  child.on("message", ({ id, value }) => waiting.get(id)(value));
  let id = 0;
  await answer(id);
  return {
    version: `Node ${process.versions.node}`,
    preflights: false,
    async close() {
      child.kill();
      await ended;
    },
    ...asked((name, given) => {
      child.send({ id: ++id, name, given });
      return answer(id);
    }),
  };
}

export async function inChromium(project) {
  const bundle = { entryPoints: [join(project.folder, "page.js")], outfile: join(project.folder, "bundle.js"), bundle: true, format: "esm" };
  await project.tool("esbuild").build(bundle);
  const site = await Site.open(project.folder, { "/": page("/bundle.js") }, `${CSP} https://127.0.0.1:*`);
  const opened = await openPage(site.origin, { flags: ["--ignore-certificate-errors"] });
  await opened.page.waitForFunction(() => globalThis.callers);
  return {
    version: opened.version,
    preflights: true,
    async close() {
      await opened.close();
      site.close();
    },
    ...asked((name, given) => opened.page.evaluate(([name, given]) => globalThis.callers[name](given), [name, given])),
  };
}

const asked = (ask) =>
  Object.fromEntries(["connect", "play"].map((name) => [name, (given) => ask(name, given)]));
