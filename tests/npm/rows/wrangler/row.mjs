// Cloudflare's own tool, with the three lines that every Worker has: what it would upload, run in workerd.
import { bring, heard, setting } from "../../told.mjs";
import { COMPATIBILITY_DATE, runWorker } from "../../worker.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  await project.write("wrangler.json", JSON.stringify({ name: "story", main: "worker.js", compatibility_date: COMPATIBILITY_DATE }));
  Object.assign(project.env, { WRANGLER_SEND_METRICS: "false", CI: "1" });
  await project.node(project.bundlerPath("wrangler", "bin", "wrangler.js"), "deploy", "--dry-run", "--outdir", "out");
  const worker = runWorker(project, "worker.js");
  try {
    const response = await worker.dispatchFetch("http://worker/", { method: "POST", body: setting(project, "wrangler") });
    heard(project, await response.text(), "what wrangler bundled");
  } finally {
    await worker.dispose();
  }
  return `wrangler ${project.bundler("wrangler/package.json").version}, workerd ${project.tool("workerd/package.json").version}`;
}
