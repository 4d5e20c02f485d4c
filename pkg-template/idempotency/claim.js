// Step by step: an effect that is the caller's, between a claim and its completion.
import { NotApplied, answerFrom, invalid, isNotApplied } from "./error.js";
import { split } from "./number.js";
import { touched } from "./operation.js";
import { isSpan } from "./options.js";
import { ABANDONED, run } from "./run.js";

/** `call` is that of run.js, without its effect. */
export async function claim(call) {
  call.isClaim = true;
  let settle;
  const begun = new Promise((begin) => {
    call.effect = (context) => new Promise((resolve, reject) => {
      settle = { resolve, reject };
      begin(context);
    });
  });
  const running = run(call);
  const context = await Promise.race([begun, running.then(() => undefined)]);
  return disposable(context ? claimed(call, context, settle, running) : { status: "exists", replay: () => running, leave() {} });
}

function claimed(call, { key, fencingToken, lapsed, signal, step }, settle, running) {
  let over = false;
  function end() {
    if (over) throw invalid("This claim was completed, released or left before.");
    over = true;
  }
  const gone = (error) => {
    if (error !== ABANDONED && !isNotApplied(error)) throw error;
  };
  // Who completes it hears of it; nobody else need.
  running.catch(() => {});
  return {
    status: "claimed", key, fencingToken, lapsed, signal, step,
    async touch(leaseMs) {
      if (!isSpan(leaseMs)) throw invalid("touch wants how long to hold the key from now: at least 1 millisecond.");
      return answerFrom(touched(call, split(fencingToken), leaseMs), null);
    },
    complete(value) {
      end();
      settle.resolve(value);
      return running;
    },
    release() {
      end();
      settle.reject(new NotApplied());
      return running.then(() => {}, gone);
    },
    leave() {
      if (over) return;
      end();
      settle.reject(ABANDONED);
    },
  };
}

// An exception between claim and completion does not say that nothing was done: the lease decides, unless `release` said so.
function disposable(claim) {
  if (Symbol.asyncDispose) claim[Symbol.asyncDispose] = async () => claim.leave();
  return claim;
}
