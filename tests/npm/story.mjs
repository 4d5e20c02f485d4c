// The same story in every engine and behind every bundler: plain JavaScript that is copied into each row's project, and given the
// package as that project imports it.

/** What the story resolves to when it goes as it should. */
export const CHAPTERS = ["charge", "replay", "failover", "bigint", "abort"];

/**
 * Tells the story to three local regions and their control endpoint; `who` is an account that nobody else uses. Resolves to the
 * chapters, or throws at the first surprise.
 */
export async function story(shardd, { edges, control, who }) {
  const scene = { ...shardd, edges, control, who };
  const client = new shardd.Shardd("local", { edges });
  const first = await charges(scene, client);
  await replays(scene, client, first);
  await failsOver(scene, client);
  await staysExact(scene, client);
  await aborts(scene);
  client.close();
  return CHAPTERS;
}

async function charges({ who, InsufficientFundsError, isShardError }, client) {
  // At every region, so that whichever serves later knows of it.
  const credited = await client.credit("story", who, 1000, { minAcks: 2 });
  same("the balance after the credit", credited.balance, 1000);
  const charged = await client.charge("story", who, 100, { idempotencyNonce: `${who}-1`, skipHold: true, minAcks: 2 });
  same("the balance after the charge", charged.balance, 900);
  const error = await failure(client.charge("story", who, 5000));
  same("too large a charge", [error instanceof InsufficientFundsError, isShardError(error), error.name], [true, true, "InsufficientFundsError"]);
  same("what is there", error.balance, 900);
  return charged;
}

async function replays({ who }, client, first) {
  const again = await client.charge("story", who, 100, { idempotencyNonce: `${who}-1`, skipHold: true });
  same("the replay", [again.deduplicated, again.event.eventId, again.balance], [true, first.event.eventId, 900]);
}

async function failsOver({ who, edges, control }, client) {
  const pinned = client.edgeTable().find((edge) => edge.pinned).url;
  const region = edges.indexOf(pinned);
  await order(control, `regions/${region}/fault`, { kind: "refuse" });
  try {
    const moved = await client.charge("story", who, 50, { idempotencyNonce: `${who}-2`, skipHold: true });
    same("the balance after the failover", moved.balance, 850);
    same("left the killed region", [moved.meta.edge === pinned, moved.meta.attempts > 1], [false, true]);
    const read = await client.getAccount("story", who, { after: moved });
    same("the balance that is read", read.balance, 850);
  } finally {
    await order(control, `regions/${region}/revive`);
  }
}

async function staysExact({ who, edges, Shardd, DecodeError }, client) {
  const exact = new Shardd("local", { edges, integers: "bigint" });
  const { balance } = await exact.credit("story", `${who}-exact`, 9007199254740993n, { minAcks: 2 });
  same("2^53 + 1", balance, 9007199254740993n);
  const error = await failure(client.getAccount("story", `${who}-exact`));
  same("as a number", error instanceof DecodeError, true);
  exact.close();
}

/** Aborted under way, nobody knows; sent again, it is booked once. */
async function aborts({ who, edges, Shardd, AbortedError }) {
  const early = new AbortController();
  early.abort();
  const late = new AbortController();
  const client = new Shardd("local", { edges, onEvent: ({ type }) => type === "attempt" && late.abort() });
  const unsent = await failure(client.charge("story", who, 1, { signal: early.signal }));
  same("aborted before", [unsent instanceof AbortedError, unsent.outcome], [true, "rejected"]);
  const sent = await failure(client.charge("story", who, 25, { idempotencyNonce: `${who}-3`, skipHold: true, signal: late.signal }));
  same("aborted under way", [sent instanceof AbortedError, sent.outcome], [true, "unknown"]);
  const { balance } = await sent.retry();
  same("the balance after all", balance, 825);
  client.close();
}

async function order(control, path, body = {}) {
  const response = await fetch(`${control}/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

function failure(promise) {
  return promise.then((value) => { throw new Error(`did not fail: ${show(value)}`); }, (error) => error);
}

function same(what, actual, expected) {
  if (show(actual) !== show(expected)) throw new Error(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

const show = (value) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part));
