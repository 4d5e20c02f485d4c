import { setting, show } from "./stage.mjs";

navigator.serviceWorker.onmessage = ({ data }) => show(data);
await navigator.serviceWorker.register("/service-worker.js");
const { active } = await navigator.serviceWorker.ready;
active.postMessage(setting());
