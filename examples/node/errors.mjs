// What can go wrong, and what to do about it.
import { InsufficientFundsError, Shardd, ShardError } from "shardd-wasm";

const shardd = Shardd.fromEnv();

try {
  await shardd.createEvent("my-app", "user:alice", -1000);
} catch (error) {
  if (error instanceof InsufficientFundsError) {
    console.log(`short ${1000 - error.availableBalance} credits`);
  } else if (error instanceof ShardError && error.retryable) {
    // Now: `await error.retry()`. Later: the same call with this nonce. Either way it is booked once.
    console.log(`${error.code}, the write is ${error.outcome}: keep ${error.idempotencyNonce}`);
  } else {
    throw error;
  }
}
