// The Fetch handler in workerd: hundreds of duplicates at once, one effect, the same bytes for all.
import assert from "node:assert/strict";
import { startWorker } from "../../worker.mjs";
import { overObjects } from "./objects.mjs";

const DUPLICATES = 500;

export const manifest = { type: "module" };

export async function run(project) {
  const worker = await startWorker(project, "worker.js");
  try {
    const body = JSON.stringify({ duplicates: DUPLICATES });
    const headers = { authorization: "alice", "idempotency-key": '"one"' };
    const send = async (more = {}) => {
      const response = await worker.dispatchFetch("http://worker/charges", { method: "POST", headers, body, ...more });
      const bytes = Buffer.from(await response.arrayBuffer()).toString("hex");
      return { status: response.status, replayed: response.headers.get("idempotent-replayed"), location: response.headers.get("location"), bytes };
    };
    const answers = await Promise.all(Array.from({ length: DUPLICATES }, () => send()));
    const fresh = answers.filter(({ replayed }) => replayed === null);
    assert.equal(fresh.length, 1, "not one of them is the original");
    assert.deepEqual([fresh[0].status, fresh[0].location, fresh[0].bytes.length], [201, "/charges/1", 128]);
    for (const answer of answers) assert.deepEqual(answer, { ...fresh[0], replayed: answer.replayed });
    assert.equal((await send()).bytes, fresh[0].bytes);
    assert.equal((await send({ body: "{}" })).status, 422);
    assert.equal((await send({ headers: { ...headers, "idempotency-key": "a, b" } })).status, 400);
    const figures = await (await worker.dispatchFetch("http://worker/figures")).json();
    assert.deepEqual([figures.runs, figures.watched], [1, 0], JSON.stringify(figures));
    await ownAnswers(send, headers, fresh[0]);
  } finally {
    await worker.dispose();
  }
  const overEach = await overObjects(project);
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}, ${DUPLICATES} and 4 × ${overEach} duplicates`;
}

/** Another user with the same key, path and body gets what is his; nobody gets nothing. */
async function ownAnswers(send, headers, alices) {
  const bob = { headers: { ...headers, authorization: "bob" } };
  const [first, again] = [await send(bob), await send(bob)];
  assert.deepEqual([first.status, first.replayed, again.replayed], [201, null, "true"]);
  assert.deepEqual([first.bytes === again.bytes, first.bytes === alices.bytes], [true, false]);
  assert.equal((await send()).bytes, alices.bytes);
  const { authorization, ...anonymous } = headers;
  assert.equal((await send({ headers: anonymous })).status, 400, `as without ${authorization}`);
}
