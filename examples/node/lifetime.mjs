// A client of limited life: what is still under way when it closes rejects with `AbortedError`. Where the language has
// it, `using shardd = Shardd.fromEnv()` closes by itself. A client that lives as long as the program needs neither.
import { Shardd } from "shardd-wasm";

const shardd = Shardd.fromEnv();
try {
  const { balance } = await shardd.createEvent("my-app", "user:bob", 300);
  console.log(`balance ${balance}`);
} finally {
  shardd.close();
}

const late = await shardd.getBalances("my-app").catch((error) => error);
console.log(`after close(): ${late.code}`);
