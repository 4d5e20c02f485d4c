// A nonce of your own makes retries of one write one write, also from another process or a day later.
import { Shardd } from "shardd-wasm";

const shardd = Shardd.fromEnv();

const order = { note: "order #9821", idempotencyNonce: "order-9821" };
const first = await shardd.createEvent("my-app", "user:alice", -100, order);
const again = await shardd.createEvent("my-app", "user:alice", -100, order);

// The second one found the event of the first: nothing was charged twice.
console.log(`deduplicated: ${first.deduplicated}, then ${again.deduplicated}`);
console.log(`the same event: ${first.event.eventId === again.event.eventId}`);
