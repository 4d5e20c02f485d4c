// Two users behind one service and one store: nobody gets another's answer, whatever was forgotten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency, IdempotencyKey, NotApplied, idempotentFetch } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

const USERS = ["alice", "bob"];
const REQUEST = { operation: "charge", body: 5 };

/** A service that answers each user with what is his. */
function service(options) {
  const ran = [];
  const idempotency = new Idempotency(mapStore());
  const handle = (request) => {
    const user = request.headers.get("authorization");
    ran.push(user);
    return new Response(`the card of ${user}`);
  };
  const fetch = idempotency.handler(handle, options);
  const send = (user, key = "1") => fetch(new Request("https://shop.test/cards", {
    method: "POST", body: "{}", headers: { "idempotency-key": key, ...(user && { authorization: user }) },
  }));
  return { idempotency, ran, send };
}

const bearer = { scope: (request) => request.headers.get("authorization") ?? "" };

test("handler: one key, one path, one body, two users: each gets what is his, and each replay is his own", async () => {
  const { ran, send } = service(bearer);
  for (const replayed of [null, "true"]) {
    for (const user of USERS) {
      const response = await send(user);
      assert.deepEqual([response.status, response.headers.get("idempotent-replayed"), await response.text()], [200, replayed, `the card of ${user}`]);
    }
  }
  assert.deepEqual(ran, USERS);
});

test("handler: also at once, and while the other's is in flight", async () => {
  const { ran, send } = service(bearer);
  const answers = await Promise.all([...USERS, ...USERS].map(async (user) => [user, await send(user)]));
  for (const [user, response] of answers) if (response.status === 200) assert.equal(await response.text(), `the card of ${user}`);
  assert.deepEqual(ran.sort(), USERS);
});

test("handler: a caller without a name is refused, and never shares with another one", async () => {
  for (const nobody of [() => "", () => undefined, () => null, async () => undefined, (request) => request.headers.get("authorization")]) {
    const { ran, send } = service({ scope: nobody });
    for (let at = 0; at < 2; at++) {
      const response = await send();
      assert.deepEqual([response.status, (await response.json()).code], [400, "missing-scope"]);
    }
    assert.deepEqual(ran, []);
  }
});

test("handler: nobody can forget to say who calls", () => {
  const idempotency = new Idempotency(mapStore(), { scope: "cards" });
  for (const forgotten of [undefined, {}, { scope: undefined }, { scope: null }, { scope: true }, { scope: "alice" }, { requireKey: true }]) {
    assert.throws(() => idempotency.handler(() => new Response(), forgotten), { code: "invalid-input", message: /scope/ }, JSON.stringify(forgotten));
  }
});

test("handler: no user can name himself into another's keys, or choose a key that is another's", async () => {
  const { ran, send } = service(bearer);
  const pairs = [["a", "b/c"], ["a/b", "c"], ["a:b", "c"], ["a", "b:c"], ['a","b', "c"], ["a", "c"]];
  for (const [user, key] of pairs) assert.equal((await send(user, key)).headers.get("idempotent-replayed"), null, `${user} ${key}`);
  assert.equal(ran.length, pairs.length);
});

test("handler: its keys are looked at and purged by their caller", async () => {
  const { idempotency, ran, send } = service(bearer);
  for (const user of USERS) await send(user);
  assert.equal(await idempotency.get("1"), undefined);
  const { status, value } = await idempotency.get("1", { scope: "alice" });
  assert.deepEqual([status, value.status, await value.text()], ["completed", 200, "the card of alice"]);
  await idempotency.purge("1", { scope: "alice" });
  assert.equal(await idempotency.get("1", { scope: "alice" }), undefined);
  for (const user of USERS) await send(user);
  assert.deepEqual(ran, ["alice", "bob", "alice"]);
});

test("no name of a user is in the store", async () => {
  const store = mapStore();
  const idempotency = new Idempotency(store);
  await idempotency.execute("1", { ...REQUEST, scope: "alice@example.com" }, () => 1);
  assert.deepEqual([...store.entries.keys()].filter((name) => /alice/.test(name)), []);
});

test("execute, claim and wrap: the scope of the request keeps users apart, steps and local replays too", async () => {
  const idempotency = new Idempotency(mapStore(), { localReplays: 10 });
  const done = [];
  for (const status of ["executed", "replayed"]) {
    for (const user of USERS) {
      const outcome = await idempotency.execute("1", { ...REQUEST, scope: user }, async ({ step }) => {
        await step("mail", () => { done.push(user); });
        return user;
      });
      assert.deepEqual([outcome.status, outcome.value], [status, user]);
    }
  }
  assert.deepEqual(done, USERS);

  const claims = await Promise.all(USERS.map((user) => idempotency.claim("2", { ...REQUEST, scope: user })));
  assert.deepEqual(claims.map(({ status }) => status), ["claimed", "claimed"]);
  for (const [at, claim] of claims.entries()) await claim.complete(USERS[at]);
  const again = await idempotency.claim("2", { ...REQUEST, scope: "bob" });
  assert.equal((await again.replay()).value, "bob");

  const daily = idempotency.wrap((user) => `for ${user}`, { key: () => "daily", body: () => "bonus", scope: (user) => user });
  for (const user of [...USERS, ...USERS]) assert.equal(await daily(user), `for ${user}`);
});

test("a step of an effect that ran again is its own user's", async () => {
  const idempotency = new Idempotency(mapStore(), { onError: () => "release" });
  const charged = [];
  const attempt = (user, fails) => idempotency.execute("1", { ...REQUEST, scope: user }, async ({ step }) => {
    const receipt = await step("charge", () => (charged.push(user), `receipt of ${user}`));
    if (fails) throw new NotApplied();
    return receipt;
  });
  for (const user of USERS) await assert.rejects(attempt(user, true), { name: "NotApplied" });
  for (const user of USERS) assert.equal((await attempt(user)).value, `receipt of ${user}`);
  assert.deepEqual(charged, USERS);
});

test("a scope that is named and has no value is a mistake, not everybody", async () => {
  const idempotency = new Idempotency(mapStore());
  const { user } = {};
  for (const scope of [user, null, "", 7, false]) {
    await assert.rejects(idempotency.execute("1", { ...REQUEST, scope }, () => assert.fail("ran")), { code: "invalid-input", message: /scope/ });
    await assert.rejects(idempotency.claim("1", { fingerprint: "0".repeat(32), scope }), { code: "invalid-input", message: /scope/ });
    await assert.rejects(idempotency.get("1", { scope }), { code: "invalid-input" });
    await assert.rejects(idempotency.wrap(() => assert.fail("ran"), { key: () => "1", scope: () => scope })(), { code: "invalid-input" });
  }
  assert.throws(() => idempotency.wrap(() => {}, { key: () => "1", scope: "alice" }), { code: "invalid-input" });
});

test("two services with scopes of their own share no user's keys", async () => {
  const store = mapStore();
  const services = ["cards", "mails"].map((scope) => new Idempotency(store, { scope }));
  for (const idempotency of [...services, ...services]) {
    const { value } = await idempotency.execute("1", { ...REQUEST, scope: "alice" }, () => services.indexOf(idempotency));
    assert.equal(value, services.indexOf(idempotency));
  }
});

test("idempotentFetch: the next user of a browser does not send under this one's key", async () => {
  const store = mapStore();
  const sent = [];
  const fetch = async (_, { headers }) => (sent.push(headers.get("idempotency-key")), new Response("ok"));
  const send = (scope) => idempotentFetch("https://shop.test/", { body: "1" }, { key: "order", store, fetch, ...(scope !== undefined && { scope }) });
  for (const user of [...USERS, ...USERS]) await send(user);
  assert.deepEqual([sent[0] === sent[1], sent[0] === sent[2], sent[1] === sent[3]], [false, true, true]);
  await send();
  await send(false);
  assert.equal(new Set(sent).size, 3);

  for (const header of ["Authorization", "cookie", "X-API-Key"]) {
    const credentials = { body: "1", headers: { [header]: "alice's" } };
    const options = { key: new IdempotencyKey("order"), store, fetch };
    await assert.rejects(idempotentFetch("https://shop.test/", credentials, options), { code: "invalid-input", message: /scope/ });
    assert.equal((await idempotentFetch("https://shop.test/", credentials, { ...options, scope: "alice" })).status, 200);
    assert.equal((await idempotentFetch("https://shop.test/", credentials, { fetch, key: "order" })).status, 200, "without a store there is nothing to share");
  }
  for (const scope of ["", null, 7, true]) await assert.rejects(send(scope), { code: "invalid-input" });
});
