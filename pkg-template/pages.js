// The paged lists as async iterables.

/** `list(page)` from `page` on, row by row; `id` tells rows apart. */
export async function* pages(list, page = 1, rows, id) {
  let before = new Set();
  for (let more = true; more; page++) {
    const { [rows]: items, total, limit } = await list(page);
    before = yield* unseen(items, before, id);
    more = items.length > 0 && page * limit < total;
  }
}

/** `list(offset)` from `offset` on, event by event. */
export async function* eventPages(list, offset = 0) {
  let before = new Set();
  for (let more = true; more; ) {
    const { events, total } = await list(offset);
    before = yield* unseen(events, before, "eventId");
    offset += events.length;
    more = events.length > 0 && offset < total;
  }
}

// What is written while somebody reads pushes rows on to the next page, where they would come a second time.
function* unseen(items, before, id) {
  for (const item of items) if (!before.has(item[id])) yield item;
  return new Set(items.map((item) => item[id]));
}
