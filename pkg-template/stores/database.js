// One IndexedDB database of records: opened when it is first needed, and again when it was closed.
import { StoreError } from "./error.js";

const STORE = "records";
/** Less than the client waits for a store, so that the reason is told. */
const OPEN_MS = 4_000;

export function database(name) {
  let opening;

  function open() {
    opening ??= opened(name, () => { opening = undefined; }).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function begin(mode) {
    for (let again = false; ; again = true) {
      const db = await open();
      try {
        // Flushed to the disk, not only handed to it: a record that a power cut takes would be a charge that nobody resumes.
        return db.transaction(STORE, mode, { durability: "strict" });
      } catch (cause) {
        if (cause.name !== "InvalidStateError" || again) throw failure(name, cause);
        // Closed meanwhile.
        opening = undefined;
      }
    }
  }

  return {
    /**
     * Resolves once all that `work(store, attempt)` asks for is on the disk. `attempt` wraps its callbacks: what they throw
     * undoes the transaction and is what this rejects with.
     */
    async transact(mode, work) {
      const transaction = await begin(mode);
      return new Promise((resolve, reject) => {
        let thrown;
        const attempt = (callback) => (event) => {
          try {
            callback(event);
          } catch (error) {
            thrown = { error };
            transaction.abort();
          }
        };
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(thrown ? thrown.error : failure(name, transaction.error));
        attempt(() => work(transaction.objectStore(STORE), attempt))();
      });
    },
  };
}

function opened(name, closed) {
  return new Promise((resolve, reject) => {
    const { indexedDB } = globalThis;
    if (!indexedDB) throw unavailable();
    let request;
    try {
      request = indexedDB.open(name, 1);
    } catch (cause) {
      throw unavailable(cause);
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new StoreError("blocked", `The database ${name} did not open: another tab deletes or holds it. Close that tab.`));
    }, OPEN_MS);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE).createIndex("expiry", "expiresAtUnixMs");
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(failure(name, request.error));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const db = request.result;
      if (late) return db.close();
      // Another tab deletes the database; and the browser closes it where the user clears the site's data.
      db.onversionchange = () => {
        db.close();
        closed();
      };
      db.onclose = closed;
      resolve(db);
    };
  });
}

const unavailable = (cause) => new StoreError(
  "unavailable",
  "There is no IndexedDB here (a private window, a sandboxed frame, or no browser): allow it, or give memoryStore().",
  { cause },
);

/** By the name of what IndexedDB says. Whatever it is, the transaction was undone. */
function failure(name, cause) {
  const said = {
    QuotaExceededError: ["quota", "The browser has no room left for this site: free some."],
    VersionError: ["foreign", `The database ${name} is another program's: give the store a name of its own.`],
    NotFoundError: ["foreign", `The database ${name} is another program's: give the store a name of its own.`],
    InvalidStateError: ["unavailable"],
    SecurityError: ["unavailable"],
  }[cause?.name] ?? ["failed", `The database ${name} failed: see the cause.`];
  const [reason, message] = said;
  return message ? new StoreError(reason, message, { cause }) : unavailable(cause);
}
