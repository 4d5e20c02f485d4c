// The class, charged against local regions. `make` gives a client; what goes wrong is thrown. Without a scene, their names are told.
const check = (holds, what) => {
  if (!holds) throw new Error(what);
};
const same = (got, want, what) => check(got === want, `${what}: ${String(got)} instead of ${String(want)}`);
const rejection = (promise) => promise.then(() => check(false, "it resolves"), (error) => error);
const thrown = (run) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return check(false, "nothing is thrown");
};
const bucket = `class-${crypto.randomUUID()}`;
const events = [];

const scenes = {
  async writesAndReads() {
    const client = make("any", { edges, onEvent: (event) => events.push(event) });
    same((await client.credit(bucket, "a", 100)).balance, 100, "a credit's balance");
    const nonce = crypto.randomUUID();
    const charged = await client.charge(bucket, "a", 30, { note: "n", idempotencyNonce: nonce, skipHold: true, timeoutMs: undefined, edge: null });
    same(charged.event.amount, -30, "a charge's amount");
    same(charged.event.note, "n", "its note");
    same(charged.meta.status, 201, "its status");
    same((await client.charge(bucket, "a", 30, { idempotencyNonce: nonce, skipHold: true })).deduplicated, true, "the same charge again");
    const hold = await client.reserve(bucket, "a", 20, 60_000);
    same(hold.availableBalance, 50, "what a hold leaves");
    const settled = await client.settle(bucket, "a", hold.reservationId, 15);
    same(settled.balance, 55, "what a settled hold leaves");
    const other = await client.reserve(bucket, "a", 5, 60_000);
    same((await client.release(bucket, "a", other.reservationId)).availableBalance, 55, "what a released hold leaves");
    same((await client.getAccount(bucket, "a", { after: settled })).balance, 55, "an account");
    same((await client.createEvent(bucket, "a", -5n, { edge: settled.meta.edge })).balance, 50, "a debit's balance");
    // Regions that ask for no key list all buckets, those of other scenes with their large amounts among them.
    const { accounts } = await make("any", { edges: [settled.meta.edge], integers: "bigint" }).getBalances(bucket);
    same(accounts.find((row) => row.bucket === bucket).balance, 50n, "the account's row");
    const twice = make("any", { edges, maxAttempts: 2n, timeoutMs: 20_000n });
    same((await twice.credit(bucket, "bigints", 1n, { minAcks: 1n, ackTimeoutMs: 500n })).acks.requested, 1, "acks that are asked for");
    check((await client.health()).ready, "the edge is ready");
    same((await client.health(edges[1])).edgeId, "local2", "the edge that is named");
    check((await client.edges()).edges.length > 0, "there are edges");
    check(client.edgeTable().some((edge) => edge.pinned), "an edge serves");
    check(events.some((event) => event.type === "attempt" && edges.includes(event.edge)), "onEvent hears of attempts");
    client.close();
    same((await rejection(client.charge(bucket, "a", 1))).code, "aborted", "a closed client's code");
  },

  async bigints() {
    const client = make("any", { edges, integers: "bigint" });
    const large = 2n ** 53n + 1n;
    const { balance, event, meta } = await client.credit(bucket, "large", large);
    same(balance, large, "a balance");
    same(event.amount, large, "an amount");
    same(typeof event.originSeq, "number", "a counter's type");
    same(meta.attempts, 1, "attempts");
    // A note of digits is a text.
    same((await client.credit(bucket, "digits", 1, { note: "12" })).event.note, "12", "a note");
    const hold = await client.reserve(bucket, "large", large, 60_000n);
    same(typeof hold.expiresAtUnixMs, "bigint", "an expiry's type");
    same(hold.event.holdAmount, large, "what is held");
    same(typeof hold.event.createdAtUnixMs, "number", "the type of a time in the past");
    const account = await client.getAccount(bucket, "large", { after: hold });
    same(account.availableBalance, 0n, "what is available");
    same(Object.values(account.reservedByOrigin)[0].reservedAmount, large, "what a node has reserved");
    await client.release(bucket, "large", hold.reservationId);
    const poor = await rejection(client.charge(bucket, "digits", 9));
    same(poor.balance, 1n, "a figure of an error");
    // The edge that has the large amount already.
    const numbers = make("any", { edges: [meta.edge] });
    same((await rejection(numbers.getBalances(bucket))).code, "decode", "a number that would round");
  },

  async errors() {
    const client = make("any", { edges });
    const poor = await rejection(client.charge(bucket, "poor", 5));
    check(poor instanceof Error && typeof poor.stack === "string", "it is an Error");
    same(poor.name, "InsufficientFundsError", "its name");
    same(poor.code, "insufficient_funds", "its code");
    same(poor.outcome, "rejected", "its outcome");
    same(poor.retryable, false, "whether to retry");
    same(poor.status, 422, "its status");
    same(poor.balance, 0, "its balance");
    check(poor.idempotencyNonce.length === 36, "its nonce");
    for (const [options, sentence] of [
      [{ timeoutMS: 5 }, "An option is unknown: did you mean timeoutMs?"],
      [{ holdAmount: 5 }, "The option holdAmount is not one of this call: leave it out."],
      [{ note: 5 }, "The note is not a string: give one."],
      [{ note: "\ud800" }, "The note contains half a surrogate pair: repair the string."],
      [{ minAcks: -1 }, "The minAcks is negative: give a whole number from 0 on."],
      [{ ackTimeoutMs: 1.5 }, "The ackTimeoutMs is not a safe whole number: give an integer, or a bigint beyond 2^53\u22121."],
      [{ timeoutMs: 0 }, "The option timeoutMs is out of range: give a whole number from 1 to 2147483647."],
      [{ signal: {} }, "The option signal is not an AbortSignal: give controller.signal."],
      [{ waitUntil() {} }, "The option waitUntil is one of the npm package alone: leave it out."],
      [{ edge: "http://127.0.0.1:1" }, "This edge is none of the client's: name one of its edges."],
      [[], "The options are not an object: give { name: value }."],
    ]) {
      const error = await rejection(client.credit(bucket, "a", 1, options));
      same(`${error.code} ${error.message}`, `invalid_input ${sentence}`, "what is refused");
    }
    for (const amount of [1.5, "1", 2 ** 53, 2n ** 63n, undefined, 0]) {
      same((await rejection(client.charge(bucket, "a", amount))).code, "invalid_input", `the amount ${amount}`);
    }
    same(thrown(() => make("", { edges })).code, "invalid_input", "a blank key");
    same(thrown(() => make("any", { edge: edges })).message, "An option is unknown: did you mean edges?", "a client's option");
    for (const [options, sentence] of [
      [{ onEvent: 1 }, "The option onEvent is not a function."],
      [{ integers: "both" }, 'The option integers is neither "number" nor "bigint".'],
      [{ settleMs: 5 }, "The option settleMs is out of range: give a whole number from 500 to 2147483647."],
      [{ store: {} }, "The option store has no method update: give a store of shardd-wasm/stores or one of your own."],
      [{ edges: "http://127.0.0.1:1" }, "The option edges is not an array: give a list of base URLs."],
      [{ fetch() {} }, "The option fetch is one of the npm package alone: leave it out."],
      [{ discover: true }, "The option discover is true with edges of your own: give the end of their host names instead."],
    ]) {
      const error = thrown(() => make("any", { edges, ...options }));
      same(`${error.code} ${error.message}`, `invalid_input ${sentence}`, "what the constructor refuses");
    }
    const trap = new Error("of a proxy");
    const proxy = new Proxy({}, { ownKeys() { throw trap; } });
    same((await rejection(client.credit(bucket, "a", 1, proxy))).cause, trap, "the cause of options that cannot be read");
    const getter = await rejection(client.credit(bucket, "a", 1, { get note() { throw trap; } }));
    same(getter.message, "The option note cannot be read: see the cause.", "what is said of a getter that throws");
    // What a page adds to every object is no option.
    Object.prototype.note = 5;
    try {
      same((await client.credit(bucket, "extended", 1, {})).event.note, null, "the note of a page that extends Object.prototype");
    } finally {
      delete Object.prototype.note;
    }
    // Whatever the listener does, the call goes on.
    const careless = make("any", { edges, onEvent: () => Promise.reject(new Error("of the listener")) });
    same((await careless.credit(bucket, "careless", 1)).balance, 1, "the balance of a careless listener");
  },

  async keys() {
    let asked = 0;
    const client = make(async () => `key-${(asked += 1)}`, { edges, owner: "o" });
    await client.credit(bucket, "keys", 1);
    same(asked, 1, "how often the key is asked for");
    same((await client.withApiKey("other").credit(bucket, "keys", 1)).balance, 2, "another key's balance");
    const cause = new Error("no key");
    const failed = await rejection(make(() => { throw cause; }, { edges }).credit(bucket, "keys", 1));
    same(failed.code, "unauthorized", "the code without a key");
    same(failed.cause, cause, "its cause");
  },

  async aborts() {
    const client = make("any", { edges });
    const controller = new AbortController();
    const call = rejection(client.charge(bucket, "a", 1, { signal: controller.signal }));
    controller.abort("enough");
    const error = await call;
    same(error.code, "aborted", "its code");
    same(error.cause, "enough", "its cause");
    same(error.outcome, "rejected", "its outcome");
    const all = new AbortController();
    const ended = make("any", { edges, signal: all.signal });
    all.abort();
    same((await rejection(ended.getBalances(bucket))).code, "aborted", "the code of the client's signal");
  },

  async durable() {
    let crashed;
    const storeOf = (records) => ({
      async update(key, step) {
        const said = step(records.get(key), Date.now());
        if (said.put) records.set(key, said.put);
        if (said.remove) records.delete(key);
        // What is left of a process that dies when its first record is written.
        crashed ??= new Map(records);
        return said.reply;
      },
      async *list(prefix) {
        for (const [key, bytes] of records) if (key.startsWith(prefix)) yield [key, bytes];
      },
      hold: async () => () => {},
    });
    const records = new Map();
    const options = { edges, owner: "alice", ledger: "class" };
    const client = make("any", { ...options, store: storeOf(records) });
    const done = await client.credit(bucket, "durable", 7);
    same(records.size, 1, "how many records a write leaves");
    same((await client.pending()).length, 0, "how many writes are pending after it");
    const again = await client.credit(bucket, "durable", 7, { idempotencyNonce: done.event.idempotencyNonce });
    same(again.balance, 7, "the balance of a write that is recorded");
    const next = make("any", { ...options, store: storeOf(crashed) });
    const pending = await next.pending();
    same(pending.length, 1, "how many writes are pending after a crash");
    same(pending[0].idempotencyNonce, done.event.idempotencyNonce, "its nonce");
    same(pending[0].amount, 7, "its amount");
    const resumed = await next.resume();
    same(resumed.length, 1, "how many are resumed");
    same(resumed[0].result?.event.eventId, done.event.eventId, "the event of the resumed write");
    same(resumed[0].result.balance, 7, "its balance");
    same((await next.pending()).length, 0, "how many are pending in the end");
    const late = await rejection(next.resume({ timeoutMs: 0 }));
    same(late.message, "The option timeoutMs is out of range: give a whole number from 1 to 2147483647.", "what resume is told");
    same(await next.discard("nobody's"), false, "whether an unknown nonce is discarded");
    same(await client.forget(), 1, "how many are forgotten");
    same(records.size, 0, "what is left in the store");
    const cause = new Error("full");
    const broken = make("any", { ...options, store: { update: () => Promise.reject(cause) } });
    const failed = await rejection(broken.credit(bucket, "durable", 1));
    same(failed.reason, "store", "the reason of a failed store");
    same(failed.cause, cause, "its cause");
    same((await rejection(make("any", { edges }).pending())).code, "invalid_input", "pending without a store");
  },
};

return scene === undefined ? Object.keys(scenes) : scenes[scene]();
