// One transaction over a connection.
import { quietly } from "../quietly.js";
import { STORE } from "./connection.js";
import { Failure, asked } from "./failure.js";

/** A connection of which nothing is heard for so many ticks is dead. Of a page that sleeps, no tick is counted. */
const SILENT_TICKS = 4;
const TICK_MS = 1_000;

/** Rejects with a `Failure`, or with what else `work` or a callback of it throws. */
export function through(connection, mode, work) {
  return new Promise((resolve, reject) => {
    let transaction;
    try {
      // Flushed to the disk, not only handed to it: a record that a power cut takes would be a charge that nobody resumes.
      transaction = connection.db.transaction(STORE, mode, { durability: "strict" });
    } catch (cause) {
      throw new Failure(cause);
    }
    const watch = watched(connection, () => reject(new Failure(undefined, { isBegun: true, isSilent: true })));
    const attempt = (callback) => (event) => {
      connection.signs++;
      try {
        callback(event);
      } catch (error) {
        watch.end();
        reject(error);
        // Over already, where its connection is lost.
        quietly(() => transaction.abort());
      }
    };
    transaction.oncomplete = () => {
      watch.end();
      resolve();
    };
    transaction.onabort = () => {
      watch.end();
      reject(new Failure(transaction.error, { isBegun: true }));
    };
    attempt(() => work(asked(() => transaction.objectStore(STORE)), attempt))();
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
