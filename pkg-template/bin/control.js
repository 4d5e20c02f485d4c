// The control endpoint: faults, clocks and links to set, events and conflicts to look at. The same paths and JSON as
// those of the `shardd-local` program.
import { read } from "./exchange.js";

const HEADERS = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "600",
};

class NotFound extends Error {}

/** `setFault(index, rule)` resolves once the region's port has followed. */
export function control(world, setFault) {
  return async (incoming, outgoing) => {
    const [status, text] = await answered(world, setFault, incoming);
    outgoing.writeHead(status, { ...HEADERS, "content-length": Buffer.byteLength(text) }).end(text);
  };
}

async function answered(world, setFault, incoming) {
  try {
    const body = await read(incoming);
    const path = new URL(incoming.url, "http://control").pathname.replace(/^\/+|\/+$/g, "");
    if (incoming.method === "OPTIONS") return [200, "null"];
    return [200, await route(world, setFault, `${incoming.method} ${path}`, body)];
  } catch (error) {
    return [error instanceof NotFound ? 404 : 400, JSON.stringify({ error: error.message })];
  }
}

const PAGES = {
  "GET ": (world) => JSON.stringify(state(world)),
  "GET events": (world) => world.ledger.eventsJson(),
  "GET storms": (world) => JSON.stringify(pick(JSON.parse(world.ledger.stateJson()), "storms", "voids")),
  "GET requests": counts,
  "DELETE requests"(world) {
    for (const region of world.regions) region.forget();
    return counts(world);
  },
  "POST links"(world, body) {
    const { from, to, up, delay_ms: delayMs } = parsed(body, "from", "to", "up", "delay_ms");
    if (!world.regions[from] || !world.regions[to] || from === to) throw new NotFound(`there is no link from ${from} to ${to}`);
    world.link(from, to, { up, delayMs });
    const { links } = JSON.parse(world.ledger.stateJson()).replication;
    return JSON.stringify(links.find((link) => link.from === from && link.to === to));
  },
  "POST credits"(world, body) {
    const { user, credits = null } = parsed(body, "user", "credits");
    world.ledger.credits(user, credits ?? undefined);
    return JSON.stringify({ user, credits });
  },
};

/** What can be done with one region. */
const CHANGES = {
  fault: (world, index, body, setFault) => setFault(index, parsed(body)),
  revive: (world, index, body, setFault) => setFault(index, null),
  delay: (world, index, body) => void (world.regions[index].delayMs = whole(parsed(body, "delay_ms").delay_ms, "delay_ms")),
  clock: (world, index, body) => world.skew(index, integer(parsed(body, "skew_ms").skew_ms, "skew_ms")),
  lose: (world, index) => world.lose(index),
};

async function route(world, setFault, page, body) {
  if (Object.hasOwn(PAGES, page)) return PAGES[page](world, body);
  const [, which, action] = /^POST regions\/([^/]+)\/([^/]+)$/.exec(page) ?? [];
  if (which === undefined) throw new NotFound(`there is no ${page.replace(" ", " /")} here`);
  const chosen = world.regions.filter(({ index }) => which === "all" || which === String(index));
  if (chosen.length === 0) throw new NotFound(`there is no region ${which}`);
  if (!Object.hasOwn(CHANGES, action)) throw new NotFound(`there is nothing called ${action} to do with a region`);
  await Promise.all(chosen.map(({ index }) => CHANGES[action](world, index, body, setFault)));
  const { regions } = state(world);
  return JSON.stringify(which === "all" ? { regions } : regions[which]);
}

/** The core's view, and the shell's of each region. */
function state(world) {
  const core = JSON.parse(world.ledger.stateJson());
  const seen = ({ index, url, delayMs, rule }) => ({ index, url, delay_ms: delayMs, fault: rule });
  return { ...core, regions: world.regions.map((region) => ({ ...seen(region), ...core.regions[region.index] })) };
}

function counts(world) {
  return JSON.stringify({ regions: world.regions.map((region) => region.counts()) });
}

/** A body's object; with names given, no others may be in it. */
function parsed(body, ...names) {
  const value = JSON.parse(body.toString("utf8"));
  const unknown = names.length > 0 && Object.keys(value).find((name) => !names.includes(name));
  if (unknown) throw new TypeError(`the body is not what is wanted here: there is no "${unknown}"`);
  return value;
}

function integer(value, name) {
  if (!Number.isSafeInteger(value)) throw new TypeError(`the body is not what is wanted here: "${name}" must be a whole number`);
  return value;
}

function whole(value, name) {
  if (integer(value, name) < 0) throw new TypeError(`the body is not what is wanted here: "${name}" must not be negative`);
  return value;
}

function pick(record, ...names) {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}
