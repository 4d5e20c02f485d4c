// A body, as long as it is not too long.
import { joined } from "../joined.js";

/** Its bytes; or, if there are more than `maxBytes`, a stream of all of them as `rest`. */
export async function collected(body, maxBytes) {
  if (!body) return { bytes: new Uint8Array(), rest: undefined };
  const reader = body.getReader();
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks, length), rest: undefined };
    chunks.push(value);
    length += value.length;
    if (length > maxBytes) return { bytes: undefined, rest: continued(chunks, reader) };
  }
}

function continued(chunks, reader) {
  return new ReadableStream({
    __proto__: null,
    async pull(controller) {
      if (chunks.length > 0) return controller.enqueue(chunks.shift());
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
