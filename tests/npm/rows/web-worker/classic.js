import { setting, show } from "./stage.mjs";

const worker = new Worker("/classic-worker.js");
worker.onmessage = ({ data }) => show(data);
worker.onerror = ({ message }) => show(`the worker failed: ${message}`);
worker.postMessage(setting());
