// One IndexedDB database of records: opened when it is first needed, and anew when its connection is lost.
import { quietly } from "../quietly.js";
import { closed } from "./closable.js";
import { connect } from "./connection.js";
import { Failure } from "./failure.js";
import { through } from "./transaction.js";

export function database(name) {
  /** The promise of the connection that everybody uses. */
  let current;
  let isClosed = false;

  function connection() {
    if (current) return current;
    const mine = connect(name, () => leave(mine));
    mine.catch(() => leave(mine));
    current = mine;
    return mine;
  }

  function leave(lost) {
    if (current === lost) current = undefined;
    lost.then(({ db }) => quietly(() => db.close()), () => {});
  }

  return {
    /**
     * Resolves once all that `work(store, ask)` asks for is on the disk: `ask(request, answered)` makes a request and gives `answered` its
     * result; what that throws undoes the transaction and is what this rejects with. Where the connection is lost, `work` is called once
     * more, on a new one; what it asked for at first may have been done by then.
     */
    async transact(mode, work) {
      /** Whether a transaction may have been done whose connection was lost. */
      let isUnsure = false;
      for (let isRepeated = false; ; isRepeated = true) {
        if (isClosed) throw closed();
        const mine = connection();
        try {
          const opened = await mine;
          if (isClosed) throw closed();
          return await through(opened, mode, work);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          if (!error.isAnswer) leave(mine);
          isUnsure ||= error.isBegun && !error.isAnswer && mode === "readwrite";
          if (isRepeated || !error.isLoss) throw error.told(name, isUnsure);
        }
      }
    },

    close() {
      isClosed = true;
      if (current) leave(current);
    },
  };
}
