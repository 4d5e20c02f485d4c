// What only JavaScript can see of a store: the table asks by the machine's own steps, which never throw and always answer, and it knows
// neither the names of durable writes, which nobody escapes, nor `list`, `watch` and `hold`.

/** Names that some stores treat specially. */
const ODD = ["", "__proto__", "a/b:c", "*?[x]\\", "é世\u{1f600}", "n".repeat(200)];
const FAR = 3_600_000;

/** Says how many checks held; rejects with the first that does not. */
export async function steps(store, prefix = `steps ${Math.random()}:`) {
  for (const [what, check] of CHECKS) {
    try {
      await check(store, `${prefix}${what}:`);
    } catch (error) {
      throw new Error(`${what}: ${error.message}`, { cause: error });
    }
  }
  return CHECKS.length;
}

const CHECKS = Object.entries({
  async "a reply comes back as it is, and a step that says nothing changes nothing"(store, key) {
    same(await store.update(key, (bytes) => ({ reply: bytes === undefined ? "none" : "some" })), "none");
    await put(store, key, [1, 2, 255, 0]);
    same(await store.update(key, () => ({})), undefined);
    same(await read(store, key), [1, 2, 255, 0]);
    same(await store.update(key, () => ({ reply: { deep: [1n] }, remove: true })), { deep: [1n] });
    same(await read(store, key), undefined);
  },

  async "a step that throws changes nothing, and its error comes back"(store, key) {
    await put(store, key, [1]);
    const thrown = new TypeError("of the step");
    same(await store.update(key, () => { throw thrown; }).catch((error) => error === thrown), true);
    same(await read(store, key), [1]);
  },

  async "the time is in Unix milliseconds, and does not go back"(store, key) {
    const times = [];
    for (let asked = 0; asked < 3; asked++) times.push(await store.update(key, (_, nowUnixMs) => ({ reply: nowUnixMs })));
    same(times.every((time, at) => time > Date.parse("2020-01-01") && time >= (times[at - 1] ?? 0)), true);
  },

  async "of many at once none is lost"(store, key) {
    const one = () => store.update(key, (bytes, nowUnixMs) => {
      const count = (bytes?.[0] ?? 0) + 1;
      return { reply: count, put: Uint8Array.of(count), expiresAtUnixMs: nowUnixMs + FAR };
    });
    const replies = await Promise.all(Array.from({ length: 40 }, one));
    same(replies.sort((a, b) => a - b), Array.from({ length: 40 }, (_, at) => at + 1));
    same(await read(store, key), [40]);
  },

  async "names of any kind are kept apart"(store, prefix) {
    for (const [at, key] of ODD.entries()) await put(store, prefix + key, [at]);
    for (const [at, key] of ODD.entries()) same(await read(store, prefix + key), [at]);
  },

  async "a list has the keys with the prefix, and their bytes"(store, prefix) {
    if (!store.list) return;
    for (const [at, key] of ODD.entries()) await put(store, `${prefix}in:${key}`, [at]);
    await put(store, `${prefix}out`, [9]);
    const rows = new Map();
    for await (const [key, bytes] of store.list(`${prefix}in:`)) rows.set(key, [...bytes]);
    same([...rows].sort(), ODD.map((key, at) => [`${prefix}in:${key}`, [at]]).sort());
    for await (const row of store.list(`${prefix}nothing`)) throw new Error(`${row[0]} is listed`);
  },

  async "a change wakes who waits for it"(store, key) {
    if (!store.watch) return;
    const signal = new AbortController().signal;
    const woken = store.watch(key, signal);
    await put(store, key, [1]);
    await woken;
    const controller = new AbortController();
    const given = store.watch(key, controller.signal);
    controller.abort();
    await given;
    await store.watch(key, controller.signal);
  },

  async "one holds, the others do not"(store, key) {
    const mine = await store.hold?.(key);
    if (!store.hold || mine === null) return;
    same([typeof mine, await store.hold(key)], ["function", undefined]);
    same(typeof (await store.hold(`${key}other`)), "function");
    mine();
    for (;;) {
      const again = await store.hold(key);
      if (again) return again();
    }
  },
});

const put = (store, key, bytes) =>
  store.update(key, (_, nowUnixMs) => ({ reply: "put", put: Uint8Array.from(bytes), expiresAtUnixMs: nowUnixMs + FAR }));
const read = (store, key) => store.update(key, (bytes) => ({ reply: bytes && [...bytes] }));

function same(seen, wanted) {
  const told = (value) => JSON.stringify(value, (_, each) => typeof each === "bigint" ? `${each}n` : each) ?? "undefined";
  if (told(seen) !== told(wanted)) throw new Error(`${told(seen).slice(0, 200)} instead of ${told(wanted).slice(0, 200)}`);
}
