// A claim that nobody completes keeps no process: the lease is renewed only beside something else. This script ends by itself, and at once.
import { Idempotency } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";

const { status } = await new Idempotency(memoryStore()).claim("order", { operation: "ship", body: "7" });
console.log(status);
