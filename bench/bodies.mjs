// Answers of a region at length, with every field that PROTOCOL.md names, always the same ones. No Node in here: pages
// import it too.
const NODES = ["49edf0fe-7cf0-4c2d-992c-baa65b593636", "f6f13fa3-9351-48c0-9dd7-5b1dd8471aec", "bc275759-fecf-44cc-98aa-6398772de6bb"];
const START_MS = 1_795_319_284_367;
const HOLD_MS = 600_000;

/** `count` events, as GET /events gives them. */
export function events(count) {
  const number = numbers(count);
  const list = Array.from({ length: count }, (_, at) => {
    const held = at % 4 === 1;
    const nonce = uuid(number);
    return {
      event_id: uuid(number),
      origin_node_id: NODES[at % NODES.length],
      origin_epoch: 1,
      origin_seq: at + 1,
      created_at_unix_ms: START_MS + 137 * at,
      type: held ? "reservation_create" : "standard",
      bucket: "my-app",
      account: `user:${number(100_000)}`,
      amount: held ? 0 : number(200_000) - 100_000,
      note: at % 3 === 0 ? `order #${number(1_000_000)}` : null,
      idempotency_nonce: held ? `reserve:${nonce}` : nonce,
      void_ref: null,
      hold_amount: held ? number(10_000) : 0,
      hold_expires_at_unix_ms: held ? START_MS + 137 * at + HOLD_MS : 0,
    };
  });
  return encoded({ events: list });
}

/** `count` accounts, one in ten of them with a hold, as GET /balances gives them. */
export function balances(count) {
  const number = numbers(count);
  let total = 0;
  const accounts = Array.from({ length: count }, (_, at) => {
    const balance = number(10_000_000);
    const held = at % 10 === 0 ? number(1000) : 0;
    total += balance;
    return {
      bucket: "my-app",
      account: `user:${100_000 + at}`,
      balance,
      available_balance: balance - held,
      active_hold_total: held,
      reserved_by_origin: held === 0 ? {} : { [NODES[at % NODES.length]]: reserved(held, at) },
      event_count: number(500),
    };
  });
  return encoded({ accounts, total_balance: total });
}

export const health = () =>
  encoded({
    observed_at_unix_ms: START_MS,
    edge_id: "use1",
    region: "us-east-1",
    base_url: null,
    ready: true,
    discovered_nodes: 3,
    healthy_nodes: 3,
    best_node_rtt_ms: 1,
    sync_gap: 0,
    overloaded: false,
    auth_enabled: true,
  });

function reserved(amount, at) {
  const expiry = START_MS + 137 * at + HOLD_MS;
  return { reserved_amount: amount, reservation_count: 1, next_expiry_unix_ms: expiry, latest_expiry_unix_ms: expiry };
}

/** Whole numbers below a limit, from a generator that starts the same everywhere. */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function uuid(number) {
  const hex = Array.from({ length: 32 }, () => number(16).toString(16)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

const encoded = (json) => new TextEncoder().encode(JSON.stringify(json));
