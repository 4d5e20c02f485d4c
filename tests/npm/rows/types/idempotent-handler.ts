// The Fetch handler with the platform's own types.
import { Idempotency, valkeyStore } from "shardd-wasm/idempotency";

const idempotency = new Idempotency(valkeyStore(async () => null));

export const handle: (request: Request) => Promise<Response> = idempotency.handler(
  async (request: Request) => new Response(await request.text()),
  { scope: false, retain: (response) => response.ok, onReplay: (response, { request, key }) => void [response.headers, request.signal, key.name] },
);

export const signals: Promise<unknown> = idempotency.execute("key", { operation: "fetch" }, ({ signal }) => {
  const own: AbortSignal = signal;
  return fetch("/", { signal: own }).then((response) => response.text());
});
