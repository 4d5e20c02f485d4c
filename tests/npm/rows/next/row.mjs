// Next.js without a configuration, with either of its bundlers: a server component, a route handler in Node and one in the edge
// runtime, and a client component in Chromium.
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "../../pages.mjs";
import { Service } from "../../service.mjs";
import { bring, heard, setting } from "../../told.mjs";

const NEXT = join("node_modules", "next", "dist", "bin", "next");

export const manifest = { scripts: { build: "next build", start: "next start" } };

export async function run(project) {
  await bring(project);
  // Turbopack follows no link out of the project.
  await project.takeNext();
  project.env.NEXT_TELEMETRY_DISABLED = "1";
  let engine;
  for (const bundler of ["--turbopack", "--webpack"]) {
    await project.node(NEXT, "build", bundler);
    engine = await started(project, bundler);
  }
  const { version } = createRequire(join(project.folder, "row.mjs"))("next/package.json");
  // A third of a gigabyte that nobody looks at after a success.
  await rm(join(project.folder, "node_modules"), { recursive: true });
  return `Next.js ${version}, ${engine}`;
}

async function started(project, bundler) {
  project.env.SHARDD_STORY = setting(project, bundler);
  const service = await Service.start(project, [NEXT, "start", "--hostname", "127.0.0.1", "--port", "0"], /http:\/\/127\.0\.0\.1:\d+/);
  try {
    for (const place of ["component", "handler", "edge"]) {
      const text = await (await fetch(`${service.address}/${place}`)).text();
      heard(project, /<main>(.*?)<\/main>/.exec(text)?.[1].replaceAll("&quot;", '"') ?? text, `${place}, ${bundler}`);
    }
    return await chromium(project, `${service.address}/client`, `client component, ${bundler}`);
  } finally {
    await service.end();
  }
}
