// Stores whose connection is lost: it is opened anew, once for each operation, and nothing is done twice or forgotten.
import assert from "node:assert/strict";
import test from "node:test";
import { FAULTS, alwaysLost, carriedOut, silence } from "./faults.js";
import { count, freshIndexedDb, listed, objectNamespace, put, read, remove, versioned } from "./places.js";
import { StoreError, casStore, durableObjectStore, indexedDbStore } from "shardd-wasm/stores";

const UNTIL = Array.from({ length: 40 }, (_, at) => at + 1);
const lostError = { name: "StoreError", reason: "failed", written: false };

/** How often a database is opened by `work`. */
async function opened(work) {
  const { open } = IDBFactory.prototype;
  let opens = 0;
  IDBFactory.prototype.open = function (...args) {
    opens++;
    return open.apply(this, args);
  };
  try {
    await work();
  } finally {
    IDBFactory.prototype.open = open;
  }
  return opens;
}

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`indexedDbStore: ${what}`, async () => {
    for (const before of [0, 2]) {
      freshIndexedDb();
      const store = indexedDbStore("app");
      // Where the fault is one of opening, that is what comes first.
      if (before || !what.startsWith("open")) await put(store, "other", [1]);
      for (let at = 0; at < before; at++) await count(store);
      const undo = fault();
      try {
        assert.equal(await count(store), before + 1);
        assert.equal(await count(store), before + 2);
      } finally {
        undo();
      }
      assert.deepEqual(await read(store, "count"), [before + 2]);
    }
  });

  test(`indexedDbStore, and forty at once: ${what}`, async () => {
    freshIndexedDb();
    const store = indexedDbStore("app");
    if (!what.startsWith("open")) await put(store, "other", [1]);
    const undo = fault();
    let opens;
    try {
      opens = await opened(async () => {
        const replies = await Promise.all(UNTIL.map(() => count(store)));
        assert.deepEqual(replies.sort((a, b) => a - b), UNTIL);
      });
    } finally {
      undo();
    }
    assert.ok(opens <= 2, `it was opened ${opens} times`);
    assert.deepEqual(await read(store, "count"), [40]);
  });

  test(`indexedDbStore, a removal and a list: ${what}`, async () => {
    freshIndexedDb();
    const store = indexedDbStore("app");
    for (const act of [() => remove(store, "k"), () => listed(store, "k")]) {
      await put(store, "k", [1]);
      const undo = fault();
      const reply = await act().finally(undo);
      assert.deepEqual([reply, await read(store, "k")], Array.isArray(reply) ? [[["k", [1]]], [1]] : ["removed", undefined]);
    }
  });
}

test("indexedDbStore: once for each operation, and a later one finds the database well again", async () => {
  freshIndexedDb();
  const store = indexedDbStore("app");
  await count(store);
  const undo = alwaysLost();
  const opens = await opened(() => assert.rejects(count(store), (error) => {
    assert.ok(error instanceof StoreError);
    assert.deepEqual([error.reason, error.written, error.cause.name], ["failed", false, "UnknownError"]);
    assert.match(error.message, /lost its connection twice/);
    return true;
  }));
  assert.equal(opens, 1);
  undo();
  assert.equal(await count(store), 2);
});

test("indexedDbStore: an answer is not asked for twice", async () => {
  for (const [name, reason] of [["QuotaExceededError", "quota"], ["NotFoundError", "foreign"], ["SecurityError", "unavailable"], ["DataCloneError", "failed"]]) {
    freshIndexedDb();
    const store = indexedDbStore("app");
    await count(store);
    const { put: real } = IDBObjectStore.prototype;
    let puts = 0;
    IDBObjectStore.prototype.put = () => {
      puts++;
      throw new DOMException("no", name);
    };
    await assert.rejects(count(store), { name: "StoreError", reason, written: false }).finally(() => { IDBObjectStore.prototype.put = real; });
    assert.equal(puts, 1, name);
    assert.equal(await count(store), 2);
  }
});

test("indexedDbStore: what a step throws comes back as it is, also if it looks like a lost connection", async () => {
  freshIndexedDb();
  const store = indexedDbStore("app");
  const thrown = new DOMException("of the step", "UnknownError");
  let steps = 0;
  const step = () => {
    steps++;
    throw thrown;
  };
  await assert.rejects(store.update("k", step), (error) => error === thrown);
  assert.equal(steps, 1);
});

test("indexedDbStore: what was done is known for done after others have written, and a removed record tells nobody", async () => {
  freshIndexedDb();
  const [store, other] = [indexedDbStore("app"), indexedDbStore("app")];
  await put(other, "other", [1]);
  let written;
  let undo = carriedOut(() => { written = put(other, "count", [9]); });
  assert.equal(await count(store).finally(undo), 1);
  await written;
  assert.equal(await count(store), 10);
  undo = carriedOut(() => { written = remove(other, "count"); });
  await assert.rejects(count(store), { ...lostError, written: null, message: /nobody knows whether it was done/ }).finally(undo);
  await written;
  assert.equal(await count(store), 1);
});

test("indexedDbStore: a connection that says nothing is left for another", async (t) => {
  freshIndexedDb();
  const store = indexedDbStore("app");
  await count(store);
  t.mock.timers.enable({ apis: ["setInterval"] });
  const undo = silence();
  const silent = count(store).catch((error) => error);
  for (let tick = 0; tick < 8; tick++) {
    await new Promise(setImmediate);
    t.mock.timers.tick(1_000);
  }
  const error = await silent;
  undo();
  assert.deepEqual([error.name, error.reason, error.written], ["StoreError", "failed", null]);
  assert.match(error.message, /does not answer/);
  assert.equal(await count(store), 2);
});

/** A stub that is broken for good once it has thrown, as Cloudflare's are. */
function objects(faults) {
  const sent = [];
  const namespace = objectNamespace((methods) => {
    let broken;
    const call = (method) => async (...args) => {
      if (broken) throw broken;
      const fault = faults[method]?.shift();
      sent.push(method);
      if (fault?.before) throw (broken = fault.before);
      const reply = await methods[method](...args);
      await fault?.meanwhile?.();
      if (fault?.after) throw (broken = fault.after);
      return reply;
    };
    return { read: call("read"), write: call("write"), list: call("list") };
  });
  return { store: durableObjectStore(namespace), sent, namespace };
}

/** The same objects through stubs without faults. */
const healthy = (namespace) => ({ ...namespace, get: (name) => (namespace.get(name), namespace.objects.get(name)) });

const passing = (more) => Object.assign(new Error("Network connection lost."), { retryable: true, ...more });

test("durableObjectStore: a passing failure is asked again through a new stub, and what was done is known by its version", async () => {
  for (const [method, fault] of [["read", "before"], ["read", "after"], ["write", "before"], ["write", "after"]]) {
    for (const error of [passing(), Object.assign(new Error("reset because its code was updated."), { durableObjectReset: true })]) {
      const { store } = objects({ [method]: [undefined, { [fault]: error }] });
      assert.deepEqual([await count(store), await count(store), await count(store)], [1, 2, 3], `${method} ${fault}`);
      assert.deepEqual(await read(store, "count"), [3]);
    }
  }
  const { store } = objects({ write: [undefined, { after: passing() }], list: [{ before: passing() }] });
  await put(store, "k", [1]);
  assert.equal(await remove(store, "k"), "removed");
  await put(store, "l", [1]);
  assert.deepEqual(await listed(store), [["l", [1]]]);
});

test("durableObjectStore: once for each operation; an overloaded object, or one whose own code throws, is not asked again", async () => {
  const twice = objects({ read: [{ before: passing() }, { before: passing() }] });
  await assert.rejects(count(twice.store), lostError);
  assert.deepEqual(twice.sent, ["read", "read"]);
  const split = objects({ read: [{ before: passing() }], write: [{ before: passing() }] });
  await assert.rejects(count(split.store), { ...lostError, written: null });
  for (const error of [passing({ overloaded: true }), new Error("of its own")]) {
    const { store, sent } = objects({ read: [{ before: error }], write: [{ before: error }] });
    await assert.rejects(count(store), { ...lostError, cause: error });
    assert.deepEqual(sent, ["read"]);
    await assert.rejects(count(store), { ...lostError, written: null, cause: error });
    assert.deepEqual([await count(store), await count(store)], [1, 2]);
  }
});

test("durableObjectStore: what was done is known for done after others have written, and a removed record tells nobody", async () => {
  let other;
  for (const [fault, wanted] of [["after", 1], ["before", 10]]) {
    const { store, namespace } = objects({ write: [{ [fault]: passing(), meanwhile: () => put(other, "count", [9]) }] });
    other = durableObjectStore(healthy(namespace));
    if (fault === "before") await put(other, "count", [9]);
    assert.equal(await count(store), wanted);
    assert.deepEqual(await read(store, "count"), [fault === "before" ? 10 : 9]);
  }
  const { store, namespace } = objects({ write: [undefined, { after: passing(), meanwhile: () => remove(other, "count") }] });
  other = durableObjectStore(healthy(namespace));
  assert.equal(await count(store), 1);
  await assert.rejects(count(store), { ...lostError, written: null, message: /nobody knows whether it was done/ });
  assert.equal(await count(store), 1);
});

test("casStore: a place that throws once is asked once more, and what was written is known by its bytes", async () => {
  const broken = new Error("read ECONNRESET");
  for (const [method, when] of [["read", "before"], ["read", "after"], ["write", "before"], ["write", "after"]]) {
    const place = versioned();
    let left = 1;
    const real = place[method];
    place[method] = async (...args) => {
      if (left === 0 || when === "after") {
        const reply = await real(...args);
        if (left === 0) return reply;
      }
      left--;
      throw broken;
    };
    const store = casStore(place);
    assert.equal(await count(store), 1, `${method} ${when}`);
    left = 1;
    assert.equal(await count(store), 2, `${method} ${when}`);
    left = 2;
    // What was done is known for done, however often its word was lost.
    if (method === "write" && when === "after") assert.equal(await count(store), 3);
    else await assert.rejects(count(store), (error) => error === broken);
  }
});
