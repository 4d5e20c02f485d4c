// One answer to one call, read in Rust and by the package.
import { endOf } from "./alike.js";
import { isExplained } from "./exceptions.js";
import { ended, requested } from "./hands.js";
import { call } from "./reader.js";

/** Arguments of every call; a write's nonce is its own. */
export const CALLS = {
  createEvent: ["b", "a", 5], charge: ["b", "a", 5], credit: ["b", "a", 5], reserve: ["b", "a", 5, 60_000], settle: ["b", "a", "r", 5], release: ["b", "a", "r"],
  createMyBucketEvent: ["b", "a", 5], listEvents: ["b"], getBalances: ["b"], getAccount: ["b", "a"], edges: [], health: [], listMyBuckets: [],
  listMyDeletedBuckets: [], getMyBucket: ["b"], listMyBucketEvents: ["b"], listMyEvents: [], deleteMyBucket: ["b"],
};
let calls = 0;

/** A nonce that no call had before: calls of one nonce share an answer. */
export const newNonce = () => `nonce-${calls++}`;

/** Compares both ends of this call; `answer` is `{ status, body, headers, integers }`. The package's part is done inside `around`. */
export async function compareAnswer(differences, operation, args, nonce, answer, around = (work) => work()) {
  const options = isWrite(operation) ? { idempotencyNonce: nonce } : undefined;
  const { request, error } = around(() => requested(operation, args, options, nonce));
  if (error) throw error;
  const theirs = await call(operation, args, options, answer);
  // A call that was never sent says nothing of its answer.
  if (!theirs.sent) throw new Error(`${operation} was not sent: ${theirs.error}`);
  const ours = around(() => ended(request, answer, theirs));
  const isGoodStatus = answer.status >= 200 && answer.status < 300;
  const text = typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString();
  const [theirEnd, ourEnd] = [theirs, ours].map((end) => endOf(end, isGoodStatus));
  const isSame = theirEnd === ourEnd || isExplained({ theirs, ours, request, answer, text }, isGoodStatus);
  differences.add({ operation, ...answer, body: text }, theirEnd, isSame ? theirEnd : ourEnd);
}

const isWrite = (operation) => /^(create|charge|credit|reserve|settle|release)/.test(operation);
