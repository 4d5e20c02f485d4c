// What can befall a connection to IndexedDB, once. (No browser loses one when it is told to, but for a cleared site: see durable-page.)

const gone = (name = "UnknownError") => new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", name);

/** Replaces a method until `undo()`; `instead(self, method, args)` is called in its place. */
function replaced(owner, name, instead) {
  const method = owner[name];
  owner[name] = function (...args) {
    return instead(this, (...given) => method.apply(this, given.length > 0 ? given : args), args);
  };
  return () => { owner[name] = method; };
}

const proto = (name) => globalThis[name].prototype;

/** The first connection that is asked for a transaction is dead from then on. */
const dead = (error) => () => {
  let victim;
  return replaced(proto("IDBDatabase"), "transaction", (self, method) => {
    victim ??= self;
    if (victim === self) throw error();
    return method();
  });
};

/** Once, `method` of an object store does what `instead` does. */
const once = (name, instead) => () => {
  let isDone = false;
  return replaced(proto("IDBObjectStore"), name, (self, method) => {
    if (isDone) return method();
    isDone = true;
    return instead(self, method);
  });
};

/** The transaction is told to be undone with this error; `really` says what becomes of it. */
const lied = (error, really) => () => {
  let isDone = false;
  return replaced(proto("IDBDatabase"), "transaction", (self, method, [, mode]) => {
    const transaction = method();
    if (isDone || mode !== "readwrite") return transaction;
    isDone = true;
    let heard;
    Object.defineProperty(transaction, "oncomplete", { set() {} });
    Object.defineProperty(transaction, "onabort", { set: (listener) => { heard = listener; } });
    const told = () => {
      Object.defineProperty(transaction, "error", { value: error });
      heard();
    };
    really(transaction);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, told);
    return transaction;
  });
};

const opening = (fail) => () => {
  let isDone = false;
  return replaced(proto("IDBFactory"), "open", (_, method) => {
    if (isDone) return method();
    isDone = true;
    return fail();
  });
};

/** Breaks off once the step's write was asked for. */
const breaksOff = (transaction) => {
  const store = transaction.objectStore("records");
  transaction.objectStore = () => store;
  for (const name of ["put", "delete"]) {
    const method = store[name];
    store[name] = (...args) => {
      const request = method.apply(store, args);
      request.addEventListener("success", () => transaction.abort());
      return request;
    };
  }
};

/** `{ what happens: () => its end }` */
export const FAULTS = {
  "transaction() says UnknownError, as WebKit's": dead(() => gone()),
  "transaction() says InvalidStateError": dead(() => gone("InvalidStateError")),
  "transaction() says AbortError": dead(() => gone("AbortError")),
  "transaction() throws what is no DOMException": dead(() => new TypeError("null is not an object")),
  "get() throws": once("get", () => { throw gone(); }),
  "put() throws": once("put", () => { throw gone("TransactionInactiveError"); }),
  "a request ends in an error": once("get", (_, method) => {
    const request = { error: gone() };
    method().onsuccess = () => request.onerror({ target: request });
    return request;
  }),
  "a request is never answered": once("get", () => ({})),
  "it aborts before the read is answered": once("get", (store, method) => {
    queueMicrotask(() => store.transaction.abort());
    return method();
  }),
  "it aborts after the write, without an error": lied(null, breaksOff),
  "it aborts after the write, with UnknownError": lied(gone(), breaksOff),
  "it is carried out, and UnknownError is told": lied(gone(), () => {}),
  "it is carried out, and an abort without an error is told": lied(null, () => {}),
  "the connection is closed": once("get", (store, method) => {
    store.transaction.db.close();
    return method();
  }),
  "open() throws": opening(() => { throw gone(); }),
  "open() ends in an error": opening(() => {
    const request = { error: gone() };
    setImmediate(() => request.onerror({ target: request }));
    return request;
  }),
};

/** It is carried out, `meanwhile` is called, and UnknownError is told. */
export const carriedOut = (meanwhile) => lied(gone(), (transaction) => transaction.addEventListener("complete", meanwhile))();

/** From now on until `undo()` every transaction is lost after its work. */
export const alwaysLost = () => replaced(proto("IDBDatabase"), "transaction", () => { throw gone(); });

/** No transaction says anything until `undo()`. */
export const silence = () => replaced(proto("IDBDatabase"), "transaction", (self, method) => {
  const transaction = method();
  for (const name of ["oncomplete", "onabort"]) Object.defineProperty(transaction, name, { set() {} });
  const store = transaction.objectStore("records");
  transaction.objectStore = () => ({ get: () => ({}), index: () => store.index("expiry") });
  return transaction;
});
