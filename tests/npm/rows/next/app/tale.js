import { tale } from "../stage.mjs";

/** The story as told on the server, by an account named after the place. */
export function serverTale(shardd, place) {
  const setting = JSON.parse(process.env.SHARDD_STORY);
  return tale(shardd, { ...setting, who: `${place}${setting.who}` });
}
