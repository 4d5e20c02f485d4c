// Where the story is told in browsers: in a page, or in a worker for the page that started it.
import { story } from "./story.mjs";

/** What the story came to, as the text that told.mjs reads. */
export const tale = (shardd, setting) =>
  story(shardd, setting).then((chapters) => JSON.stringify(chapters), (error) => `${error}\n${error?.stack}`);

/** The page's setting stands after the # of its address. */
export const setting = () => JSON.parse(decodeURIComponent(location.hash.slice(1)));

export const show = (text) => void (document.body.textContent = text);

export async function tellPage(shardd) {
  show(await tale(shardd, setting()));
}

/** In any kind of worker: the setting comes as a message, and the text goes back. */
export function tellWorker(shardd) {
  addEventListener("message", async (event) => {
    const told = tale(shardd, event.data);
    // A service worker lives only as long as it says that it has work.
    event.waitUntil?.(told);
    (event.source ?? globalThis).postMessage(await told);
  });
}
