// What a user's `fetch` did that no `fetch` does.

/** It gave what is no response: `message` is the error's. */
export class NoResponse {
  constructor(message) {
    this.message = message;
  }
}

/** It threw, which a lost connection makes it do, and a mistake of its own too. */
export class Threw {
  constructor(cause) {
    this.cause = cause;
  }
}

/** An error's record and cause, which name the `fetch` where it is to blame. `last` is what it threw, as long as it has not answered since. */
export function blamed(record, cause, last) {
  const threw = cause ?? (record.code === "timeout" ? last : undefined);
  if (!(threw instanceof Threw)) return { ...record, cause };
  const begun = cause ? "The" : "The call did not end within its timeoutMs, and the";
  const message = record.message.replace(/^[^:]*/, `${begun} option fetch threw, see the cause`);
  return { ...record, message, cause: threw.cause };
}
