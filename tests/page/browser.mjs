// Headless Chromium, and a record of everything a visitor would find in its console.
import { createRequire } from "node:module";
import { join } from "node:path";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

// Chromium itself writes such a line for every request that a killed region refuses and for every overdraft;
// no script can prevent it.
const NETWORK = /^Failed to load resource: (net::ERR_(CONNECTION|EMPTY|SOCKET)|the server responded with a status of 422)/;

/** No measure of anything: a browser or a page that takes so long hangs, on a machine of any speed. */
const LIMIT_MS = 120_000;

function chromium() {
  const tools = process.env.SHARDD_NPM_TOOLS;
  if (!tools) throw new Error("SHARDD_NPM_TOOLS must name the folder that holds playwright-core: run `cargo xtask test page`.");
  return createRequire(join(tools, "tools.js"))("playwright-core").chromium;
}

const HOW = { executablePath: process.env.CHROME ?? "/usr/bin/chromium", args: FLAGS, timeout: LIMIT_MS };

/** A browser whose profile is this folder: what pages store there outlives them. */
export async function openProfile(folder) {
  const context = await chromium().launchPersistentContext(folder, HOW);
  context.setDefaultTimeout(LIMIT_MS);
  return context;
}

export async function openPage(url, { width = 1360, height = 1000, colorScheme = "light", flags = [] } = {}) {
  const browser = await chromium().launch({ ...HOW, args: [...FLAGS, ...flags] });
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.setDefaultTimeout(LIMIT_MS);
  const errors = [];
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type()) || NETWORK.test(message.text())) return;
    errors.push(`${message.type()}: ${message.text()}`);
  });
  // A browser that is left behind would keep the tests from ending.
  await page.goto(url).catch(async (error) => {
    await browser.close();
    throw error;
  });
  return { page, errors, version: `Chromium ${browser.version()}`, close: () => browser.close() };
}
