// The scenes in a page; `ended` is empty, or what the first that failed says.
import { SCENES } from "./scenes.js";

globalThis.run = async () => {
  for (const [name, scene] of Object.entries(SCENES)) {
    try {
      await scene();
    } catch (error) {
      return `${name}: ${error.stack}`;
    }
  }
  return "";
};
globalThis.ready = true;
