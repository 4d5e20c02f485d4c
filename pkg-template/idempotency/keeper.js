// Keeping a lease alive while its effect runs, and telling the effect when that failed.
import { instantiate } from "./instance.js";
import { BEGUN, FENCED, FIGURE, KIND, LATE, PHASE, REST, RESTED, TOUCH, TOUCHING, UNANSWERED, proofOf } from "./number.js";
import { begun } from "./operation.js";
import { Unanswered } from "./place.js";
import { LONGEST_MS, clock } from "./time.js";

/** Begins with the state of a call whose effect runs, and ends when it is called itself. `lost(why)` comes once at most. */
export function keeper(call, state, lost) {
  const { settings: { now }, terms } = call;
  let timer;
  let touch;
  let isOver = false;

  const rested = (ms) => new Promise((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_MS));
    // An effect is the process's work; a claim that is left open is not.
    if (call.isClaim) timer?.unref?.();
  });

  /** What happens next: time passes, or the store answers. */
  async function next(lease) {
    let leftMs = lease[FIGURE];
    if (lease[PHASE] === REST) {
      for (; leftMs > LONGEST_MS; leftMs -= LONGEST_MS) await rested(LONGEST_MS);
      await rested(leftMs);
      return RESTED;
    }
    touch = begun(call, TOUCH, { proof: proofOf(state) });
    const answer = await Promise.race([touch.answer, rested(leftMs)]);
    clearTimeout(timer);
    touch.stop();
    if (answer === undefined) return LATE;
    return answer instanceof Unanswered ? UNANSWERED : answer.numbers[KIND];
  }

  async function kept() {
    const told = (lease, event) => instantiate().glue.renewed(terms, lease, event, clock(now));
    let lease = told(state.subarray(FIGURE, FIGURE + 1), BEGUN);
    while (lease[PHASE] === REST || lease[PHASE] === TOUCHING) {
      const event = await next(lease);
      if (isOver) return;
      lease = told(lease, event);
    }
    lost(lease[FIGURE] === 0 ? "lapsed" : FENCED[lease[FIGURE]]);
  }

  // Where there are no timers, or the wasm fails, nobody renews it any more.
  kept().catch(() => isOver || lost("lapsed"));
  return () => {
    isOver = true;
    clearTimeout(timer);
    touch?.stop();
  };
}
