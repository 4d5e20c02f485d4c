// Credit an account, read the bucket back.
import { Shardd } from "shardd-wasm";

const shardd = Shardd.fromEnv();

// Credit 500 units to user:alice in the `my-app` bucket.
const result = await shardd.createEvent("my-app", "user:alice", 500);
console.log(`new balance = ${result.balance}`);

// Read back the whole bucket.
const { accounts } = await shardd.getBalances("my-app");
for (const { account, balance } of accounts) console.log(`${account} = ${balance}`);
