import { setting, show } from "./stage.mjs";

const worker = new Worker("/module-worker.js", { type: "module" });
worker.onmessage = ({ data }) => show(data);
worker.onerror = ({ message }) => show(`the worker failed: ${message}`);
worker.postMessage(setting());
