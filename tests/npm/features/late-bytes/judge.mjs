// What became of writes, by the ledger's own books.

/**
 * `results` are those of callers.js. Doubled: there are two events of the nonce, before any void, or a storm. Lost: it was
 * acknowledged, and that event is not there. Denied: the error said `rejected`, and there is an event.
 */
export async function judged({ control }, results) {
  const [events, { storms }] = [await control.eventIds(), await control.storms()];
  const stormy = new Set(storms.map(({ nonce }) => nonce));
  const ids = (nonce) => events.get(nonce) ?? new Set();
  const where = (holds) => results.filter(holds).map(({ nonce }) => nonce);
  return {
    writes: results.length,
    doubled: where(({ nonce }) => ids(nonce).size > 1 || stormy.has(nonce)),
    lost: where(({ nonce, eventId, error }) => !error && !ids(nonce).has(eventId)),
    denied: where(({ nonce, error }) => error?.outcome === "rejected" && ids(nonce).size > 0),
    failed: where(({ error }) => error),
    reasons: [...new Set(results.filter(({ error }) => error).map(({ error }) => `${error.code}, ${error.outcome}`))],
    calledAgain: results.filter(({ calls }) => calls > 1).length,
    elapsedMs: results.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b),
  };
}
