// The floor: the same requests by plain `fetch` and JSON, by somebody who knows the right region already.
export const KEY = "local";
export const BUCKET = "bench";
export const ACCOUNT = "user:alice";

const HEADERS = { authorization: `Bearer ${KEY}` };

export async function probe(edge) {
  return answer(await fetch(`${edge}/gateway/health`));
}

export async function read(edge) {
  return answer(await fetch(`${edge}/balances?bucket=${BUCKET}`, { headers: HEADERS }));
}

/** A write with the same body as the client's. `send` may stand for fetch. */
export async function write(edge, amount, send = fetch) {
  const body = JSON.stringify({
    bucket: BUCKET,
    account: ACCOUNT,
    amount,
    skip_hold: true,
    idempotency_nonce: crypto.randomUUID(),
  });
  const headers = { ...HEADERS, "content-type": "application/json" };
  return answer(await send(`${edge}/events`, { method: "POST", headers, body }));
}

/** What an attempt at a broken region costs before one can go elsewhere. */
export function failing(attempt) {
  return attempt.then(
    () => {
      throw new Error("A request that should fail was answered.");
    },
    () => {},
  );
}

async function answer(response) {
  const json = await response.json();
  if (!response.ok) throw new Error(`plain fetch got ${response.status}: ${JSON.stringify(json)}`);
  return json;
}
