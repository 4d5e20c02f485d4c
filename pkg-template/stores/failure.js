// What IndexedDB says when it does not do what it is asked for.
import { StoreError } from "./error.js";

const foreign = (name) => ["foreign", `The database ${name} is another program's: give the store a name of its own.`];
const broken = (name) => ["failed", `The database ${name} failed: see the cause.`];

/** What a new connection would say again. By https://w3c.github.io/IndexedDB/#exceptions. */
const ANSWERS = {
  QuotaExceededError: () => ["quota", "The browser has no room left for this site: free some."],
  VersionError: foreign,
  NotFoundError: foreign,
  SecurityError: () => [],
  ConstraintError: broken,
  DataError: broken,
  DataCloneError: broken,
  ReadOnlyError: broken,
};

export class Failure {
  /** `isBegun`: a transaction was under way. `isSilent`: nothing was said at all. */
  constructor(cause, { isBegun = false, isSilent = false } = {}) {
    Object.assign(this, { cause, isBegun, isSilent });
  }

  get isAnswer() {
    return !this.isSilent && Object.prototype.hasOwnProperty.call(ANSWERS, this.cause?.name);
  }

  /**
   * Whether a new connection may do better: WebKit says UnknownError, once its server is gone, and others InvalidStateError,
   * AbortError, or nothing.
   */
  get isLoss() {
    return !this.isSilent && !this.isAnswer;
  }

  /** The store's error for it; `isUnsure` whether something may have been written all the same. */
  told(name, isUnsure) {
    const { cause } = this;
    const [reason, message] = this.isAnswer ? ANSWERS[cause.name](name) : this.lost(name);
    return message ? new StoreError(reason, message, { cause, written: isUnsure ? null : false }) : unavailable(cause);
  }

  lost(name) {
    if (this.isSilent) return ["failed", `The database ${name} does not answer: it is opened anew for what comes next.`];
    if (this.cause?.name === "InvalidStateError" && !this.isBegun) return [];
    return ["failed", `The database ${name} has lost its connection twice: see the cause, and try again.`];
  }
}

export const unavailable = (cause) => new StoreError(
  "unavailable",
  "There is no IndexedDB here (a private window, a sandboxed frame, or no browser): allow it, or give memoryStore().",
  { cause },
);
