// Every recorded exchange and every file of the decoding tests' corpus, as the answer to every call.
import { readFileSync, readdirSync } from "node:fs";
import { Differences } from "./alike.js";
import { CALLS, compareAnswer, newNonce } from "./answers.js";

const [seed] = process.argv.slice(2);
const MODES = ["number", "bigint"];
const CORPUS_STATUSES = [200, 201, 400, 408, 422, 429, 503];
/** The nonce that the corpus writes of. */
const CORPUS_NONCE = /nonce-1/g;
const differences = new Differences();

for (const line of readFileSync("recorded/wire.jsonl", "utf8").trim().split("\n")) {
  const { request, response } = JSON.parse(line);
  const { status, body_text: body = "", headers } = response;
  for (const integers of MODES) {
    for (const operation of Object.keys(CALLS)) await compareAnswer(differences, operation, CALLS[operation], newNonce(), { status, body, headers, integers });
    await asItWas(request, { status, body, headers, integers });
  }
}
for (const file of readdirSync("recorded/corpus")) {
  const bytes = readFileSync(`recorded/corpus/${file}`);
  for (const integers of MODES) {
    for (const operation of Object.keys(CALLS)) {
      for (const status of operation === "charge" ? CORPUS_STATUSES : [200, 422]) {
        const nonce = newNonce();
        // Bytes that are no UTF-8 stay as they are.
        const body = Buffer.from(bytes.toString("latin1").replace(CORPUS_NONCE, nonce), "latin1");
        await compareAnswer(differences, operation, CALLS[operation], nonce, { status, body, integers });
      }
    }
  }
}
console.log(`${differences.end(seed)} recorded answers`);

/** The exchange of a write, with the arguments that it was made of. */
async function asItWas({ method, path, body }, answer) {
  if (method !== "POST" || path !== "/events") return;
  let sent;
  try {
    sent = JSON.parse(body);
  } catch {
    return;
  }
  const { bucket, account, amount, idempotency_nonce: recorded } = sent ?? {};
  if (!Number.isSafeInteger(amount) || [bucket, account, recorded].some((text) => typeof text !== "string" || !text.trim() || text.length > 300 || text.includes("\0"))) return;
  const nonce = newNonce();
  const said = recorded.length > 3 ? answer.body.replaceAll(recorded, nonce) : answer.body;
  await compareAnswer(differences, "createEvent", [bucket, account, amount], nonce, { ...answer, body: said });
}
