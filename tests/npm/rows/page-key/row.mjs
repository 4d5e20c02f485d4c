// A page and its key: a text is everybody's, and is warned of where the page is public; and the edge that served last, kept across a
// reload.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { openPage } from "../../../page/browser.mjs";

const CSP = "default-src 'self'; connect-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
/** No measure of anything. */
const LIMIT_MS = 120_000;
const PUBLIC = ["app.example", "127.example", "localhost.example"];
const OWN = ["localhost", "127.0.0.1", "app.localhost"];
/** Those that no name service knows. */
const NAMES = `--host-resolver-rules=${PUBLIC.map((host) => `MAP ${host} 127.0.0.1`).join(",")}`;

export const manifest = { type: "module" };

export async function run(project) {
  const { build } = project.tool("esbuild");
  const entry = join(project.folder, "page.js");
  await build({ entryPoints: [entry], outfile: join(project.folder, "bundle.js"), bundle: true, format: "esm" });
  const server = createServer((request, response) => serve(project, request.url, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  try {
    for (const host of PUBLIC) await warns(`http://${host}:${port}/`, 1);
    for (const host of OWN) await warns(`http://${host}:${port}/`, 0);
    return await remembers(`http://${PUBLIC[0]}:${port}/`);
  } finally {
    server.close();
  }
}

async function warns(url, count) {
  await opened(`${url}?scene=warnings`, async (_, shown) => {
    const warnings = await shown();
    for (const name of ["text", "derived", "thrower"]) {
      assert.equal(warnings[name].length, count, `${url}, ${name}`);
      for (const { type, reason, message, ...more } of warnings[name]) {
        assert.deepEqual([type, reason, more], ["warning", "public-key", {}]);
        assert.match(message, /give a function that fetches a token/);
        assert.doesNotMatch(message, /secret/);
      }
    }
    assert.deepEqual([warnings.function, warnings.promise], [[], []], url);
  });
}

async function remembers(url) {
  return opened(`${url}?scene=remembered&dead`, async (page, shown) => {
    const [, other] = (await shown()).kept[0];
    assert.match(other, /^https:\/\/local-[23]\.ledger-1\.shardd\.test$/);
    await page.goto(`${url}?scene=remembered`);
    const again = await shown();
    assert.equal(again.first, `POST ${other.at(14)}/events`, "straight to the one that served last");
    assert.deepEqual(again.kept.map(([key]) => key), ["shardd-wasm.edge"]);
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${url}?scene=remembered`);
    assert.match((await shown()).first, /^GET \d\/gateway\/health$/);
    // What somebody else wrote there is passed over.
    await page.evaluate(() => localStorage.setItem("shardd-wasm.edge", "https://evil.example"));
    await page.reload();
    assert.match((await shown()).first, /^GET \d\/gateway\/health$/);
    await page.goto(`${url}?scene=stored`);
    assert.equal(await shown(), 1);
  });
}

/** Opens a page, and gives what `look` makes of it: of the page itself, and of what it shows. */
async function opened(url, look) {
  const { page, errors, version, close } = await openPage(url, { flags: [NAMES] });
  const shown = async () => {
    await page.waitForFunction(() => document.body.textContent !== "", null, { timeout: LIMIT_MS });
    const text = await page.textContent("body");
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${url} shows ${text}`);
    }
  };
  try {
    await look(page, shown);
    assert.deepEqual(errors, []);
    return version;
  } catch (error) {
    throw new Error(`${error.message}\n${errors.join("\n")}`);
  } finally {
    await close();
  }
}

async function serve(project, url, response) {
  const script = url.startsWith("/bundle.js");
  response.setHeader("content-type", script ? "text/javascript" : "text/html");
  response.setHeader("content-security-policy", CSP);
  const page = `<!doctype html><body></body><script type="module" src="/bundle.js"></script>`;
  response.end(script ? await readFile(join(project.folder, "bundle.js")) : page);
}
