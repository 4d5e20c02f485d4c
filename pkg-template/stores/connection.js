// A connection to an IndexedDB database.
import { StoreError } from "./error.js";
import { Failure, unavailable } from "./failure.js";

export const STORE = "records";
/** Less than the client waits for a store, so that the reason is told. */
const OPEN_MS = 4_000;

/** Resolves to `{ db, signs }`, whose transactions count their signs of life; `gone` is called when it is to be left. */
export function connect(name, gone) {
  return new Promise((resolve, reject) => {
    const { indexedDB } = globalThis;
    if (!indexedDB) throw unavailable();
    let request;
    try {
      request = indexedDB.open(name, 1);
    } catch (cause) {
      throw new Failure(cause);
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new StoreError("blocked", `The database ${name} did not open: another tab deletes or holds it. Close that tab.`));
    }, OPEN_MS);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE).createIndex("expiry", "expiresAtUnixMs");
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(new Failure(request.error));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const db = request.result;
      if (isLate) return db.close();
      // Another tab deletes the database; and the browser closes it where the user clears the site's data.
      db.onversionchange = gone;
      db.onclose = gone;
      resolve({ db, signs: 0 });
    };
  });
}
