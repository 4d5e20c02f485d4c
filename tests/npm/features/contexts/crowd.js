// Users who wait for the same thing, and so go on in one turn of the event loop: a cold server's configuration, a batch of sessions.
import { AsyncLocalStorage } from "node:async_hooks";

export const user = new AsyncLocalStorage();

/** Runs `act(name)` for each of so many users in a context of their own, all from one turn on. */
export function crowd(count, act) {
  let open;
  const ready = new Promise((resolve) => { open = resolve; });
  const all = Array.from({ length: count }, (_, at) => {
    const name = `user-${at}`;
    return user.run(name, async () => {
      await ready;
      return act(name);
    });
  });
  open();
  return Promise.all(all);
}

/** Remembers each name that was met in another context than its own. */
export class Watch {
  strayed = [];
  met = 0;

  meet(what, name) {
    this.met++;
    if (user.getStore() !== name) this.strayed.push(`${what} of ${name} in the context of ${user.getStore()}`);
  }
}
