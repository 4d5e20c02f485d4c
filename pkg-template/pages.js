// The paged lists as async iterables: all rows, each once. What is written while somebody reads moves rows on to later pages, where
// they are passed over; what is deleted moves rows back to earlier ones, which are read again.
import { snapshot } from "./snapshot.js";

/** The rows of a list of pages; `id` tells them apart. */
export function pages(list, given, rows, id) {
  const filter = snapshot(given);
  return walk(start(filter?.page, 1), id, async (page) => {
    const { [rows]: items, total, limit } = await list(placed(filter, { page }));
    return { items, total, next: page + 1, end: page * limit, rowsPerStep: limit };
  });
}

/** The events of a list that is read from an offset. */
export function eventPages(list, given) {
  const filter = snapshot(given);
  return walk(start(filter?.offset, 0), "eventId", async (offset) => {
    const { events: items, total } = await list(placed(filter, { offset }));
    const end = offset + items.length;
    return { items, total, next: end, end, rowsPerStep: 1 };
  });
}

async function* walk(first, id, read) {
  const seen = new Set();
  let known = 0;
  for (let at = first, more = true; more; ) {
    const { items, total, next, end, rowsPerStep } = await read(at);
    const deleted = known - total;
    known = total;
    more = deleted > 0 || (items.length > 0 && end < total);
    at = deleted > 0 ? Math.max(first, at - Math.ceil(deleted / rowsPerStep)) : next;
    for (const item of items) {
      if (seen.has(item[id])) continue;
      seen.add(item[id]);
      yield item;
    }
  }
}

// A bigint can be counted on, but not be mixed with what the ledger says.
const start = (given, first) => (typeof given === "bigint" ? Number(given) : given ?? first);

const placed = (filter, place) => (filter == null || typeof filter === "object" ? { ...filter, ...place } : filter);
