// What the official clients' READMEs show, in JavaScript: examples/node as it stands.
import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, readdir } from "node:fs/promises";
import { startProxy } from "./proxy.mjs";

export const manifest = { type: "module" };

/** What each example prints; in this order, since they share an account. */
const SAYS = {
  quickstart: /^new balance = 500\nuser:alice = 500\n$/,
  idempotency: /^deduplicated: false, then true\nthe same event: true\n$/,
  errors: /^short 1000 credits\n$/,
  lifetime: /^balance 300\nafter close\(\): aborted\n$/,
  edges: /^3 edges, the pinned one is ready\n$/,
};
const NOBODY = "http://127.0.0.1:9";

export async function run(project) {
  await cp("examples/node", project.folder, { recursive: true });
  const { edges } = project.ledger;
  // To one region: what the first example writes, the next one must see.
  project.env.SHARDD_EDGES = edges[0];
  for (const name of ["quickstart", "idempotency", "errors", "lifetime"]) await says(project, name, SAYS[name]);
  project.env.SHARDD_EDGES = edges.join(",");
  await says(project, "edges", SAYS.edges);
  project.env.SHARDD_EDGES = NOBODY;
  await says(project, "errors", /^network, the write is unknown: keep [0-9a-f-]{36}\n$/);
  await throughProxy(project, edges);
  const shown = (await readdir("examples/node")).map((name) => name.replace(".mjs", "")).sort();
  assert.deepEqual(shown, [...Object.keys(SAYS), "proxy"].sort(), "an example that is not run");
  return `Node ${process.versions.node}, examples/node`;
}

async function says(project, name, words) {
  assert.match(await project.node(`${name}.mjs`), words, name);
}

async function throughProxy(project, edges) {
  const quietly = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await project.run("npm", ["install", ...quietly, project.toolPath("undici")]);
  const proxy = startProxy();
  await once(proxy.server, "listening");
  try {
    project.env.SHARDD_EDGES = edges.join(",");
    project.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.server.address().port}`;
    await says(project, "proxy", /^ready, by way of the proxy\n$/);
    assert.ok(proxy.passed() > 0, "nothing came by the proxy");
  } finally {
    proxy.server.close();
  }
}
