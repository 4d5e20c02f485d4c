// One transaction over a connection.
import { quietly } from "../quietly.js";
import { STORE } from "./connection.js";
import { Failure } from "./failure.js";

/** A connection of which nothing is heard for so many ticks is dead. Of a page that sleeps, no tick is counted. */
const SILENT_TICKS = 4;
const TICK_MS = 1_000;

/** Calls `work(store, ask)`; see {@link database}. Rejects with a `Failure`, or with what `answered` throws. */
export function through(connection, mode, work) {
  return new Promise((resolve, reject) => {
    let transaction;
    try {
      // Flushed to the disk, not only handed to it: a record that a power cut takes would be a charge that nobody resumes.
      transaction = connection.db.transaction(STORE, mode, { __proto__: null, durability: "strict" });
    } catch (cause) {
      throw new Failure(cause);
    }
    const watch = watched(connection, () => reject(new Failure(undefined, { isBegun: true, isSilent: true })));
    let unanswered = 0;

    const lost = (cause) => new Failure(cause, { isBegun: true });
    function end(settle) {
      watch.end();
      settle();
    }
    function undo(error) {
      end(() => reject(error));
      // Over already, where its connection is lost.
      quietly(() => transaction.abort());
    }
    function heard(act) {
      connection.signs++;
      try {
        act();
      } catch (error) {
        undo(error);
      }
    }
    function made(request) {
      try {
        return request();
      } catch (cause) {
        throw lost(cause);
      }
    }
    function ask(request, answered = () => {}) {
      const asked = made(request);
      let isOpen = true;
      unanswered++;
      // A cursor answers its one request again and again.
      const close = () => {
        if (isOpen) unanswered--;
        isOpen = false;
      };
      asked.onsuccess = () => heard(() => {
        close();
        answered(asked.result);
      });
      asked.onerror = () => undo(lost(asked.error));
    }

    transaction.oncomplete = () => end(unanswered > 0 ? () => reject(lost()) : resolve);
    transaction.onabort = () => end(() => reject(lost(transaction.error)));
    heard(() => work(made(() => transaction.objectStore(STORE)), ask));
  });
}

function watched(connection, dead) {
  let { signs } = connection;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks = connection.signs === signs ? ticks + 1 : 0;
    ({ signs } = connection);
    if (ticks < SILENT_TICKS) return;
    clearInterval(timer);
    dead();
  }, TICK_MS);
  return {
    end() {
      clearInterval(timer);
      connection.signs++;
    },
  };
}
