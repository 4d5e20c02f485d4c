// The least that somebody could write instead: one region, no retry, no failover, no check. In the shape of a peer.
export function createClient({ edges: [edge], key }) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    async createEvent(bucket, account, amount) {
      const body = JSON.stringify({ bucket, account, amount, idempotency_nonce: crypto.randomUUID() });
      const response = await fetch(`${edge}/events`, { method: "POST", headers, body });
      const answer = await response.json();
      if (!response.ok) throw Object.assign(new Error(`shardd answered ${response.status}`), { answer });
      return answer;
    },
  };
}
