// WebKitGTK, which stands in for Safari: a plain page, one bundled by esbuild, and Web Workers, under a strict CSP.
import { missingDriver } from "../../../page/webdriver.mjs";
import { inEngine } from "../../engine.mjs";

export const manifest = { type: "module" };
export const missing = () => missingDriver("webkit");
export const run = (project) => inEngine(project, "webkit");
