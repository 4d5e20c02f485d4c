// A server of yours between a page and the ledger. It holds the key, knows its user by the session, and lets nothing
// through but charges to that user's own account.
import { Shardd, isShardError } from "shardd-wasm";
import { userOf } from "./session.js";

const BUCKET = "my-app";
/** Credits, in one charge. */
const MOST = 100;

// One for the isolate: it shares what it has learned of the regions between requests.
let shardd;

export default {
  async fetch(request, env, ctx) {
    const user = await userOf(request, env.SESSION_SECRET);
    if (!user) return refusal(401, "no_session");
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/charge") return refusal(404, "not_found");
    // A form of another site cannot send this type.
    if (request.headers.get("content-type") !== "application/json") return refusal(415, "not_json");
    const { account, amount, idempotencyNonce, note } = (await request.json().catch(() => null)) ?? {};
    if (account !== `user:${user}`) return refusal(403, "foreign_account");
    if (!Number.isSafeInteger(amount) || amount < 1 || amount > MOST) return refusal(400, "amount");
    if (typeof idempotencyNonce !== "string") return refusal(400, "no_nonce");
    shardd ??= Shardd.fromEnv(env);
    try {
      const options = {
        note,
        // Two users who choose the same nonce do not meet.
        idempotencyNonce: `${user}:${idempotencyNonce}`,
        // The charge goes on when the tab is closed.
        waitUntil: (charge) => ctx.waitUntil(charge),
      };
      const { balance, availableBalance, deduplicated } = await shardd.charge(BUCKET, account, amount, options);
      return Response.json({ balance, availableBalance, deduplicated });
    } catch (error) {
      if (!isShardError(error)) throw error;
      return refusal(STATUS[error.code] ?? 503, error.code, { outcome: error.outcome, availableBalance: error.availableBalance });
    }
  },
};

/** What is the user's affair; the rest is trouble of this server or of the ledger. */
const STATUS = { invalid_input: 400, insufficient_funds: 402, conflict: 409 };

const refusal = (status, error, more) => Response.json({ error, ...more }, { status });
