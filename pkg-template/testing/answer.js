// From the core's answer to a Response.

/** Answers that must not have a body; a Response refuses even an empty one. */
const BODILESS = [204, 205, 304];

/** The Response of an answer; a body that breaks or stalls is a stream that errors, at the latest when `gone` does. */
export function response({ status, headers, body, ending }, gone) {
  const fields = new Headers();
  for (let i = 0; i + 1 < headers.length; i += 2) fields.append(headers[i], headers[i + 1]);
  if (BODILESS.includes(status)) return new Response(null, { __proto__: null, status, headers: fields });
  if (ending !== "whole") {
    fields.set("content-length", String(body.length));
    return new Response(half(body, ending, gone), { __proto__: null, status, headers: fields });
  }
  return new Response(body, { __proto__: null, status, headers: fields });
}

/** A stream of the first half. */
function half(body, ending, gone) {
  let sent = false;
  return new ReadableStream({
    __proto__: null,
    async pull(controller) {
      if (!sent) {
        sent = true;
        controller.enqueue(body.slice(0, Math.floor(body.length / 2)));
      } else if (ending === "truncated") {
        controller.error(refused("terminated", "UND_ERR_SOCKET", "other side closed"));
      } else {
        await gone.catch((reason) => controller.error(reason));
      }
    },
  });
}

/** What Node's own fetch rejects with, so that code which looks at causes sees what it would see. */
export function refused(message, code, cause) {
  return new TypeError(message, { cause: Object.assign(new Error(cause), { code }) });
}
