// Errors: what they tell, and the write that they carry.
import {
  AbortedError, type Account, type CreateEventResult, DecodeError, InsufficientFundsError, InvalidInputError, NetworkError, RateLimitedError, type Reservation,
  ShardError, type ShardErrorCode, TimeoutError, UnsupportedError, isShardError,
} from "shardd-wasm";

function never(code: never): never {
  throw new Error(String(code));
}

/** No code is forgotten. */
export function advice(code: ShardErrorCode): string {
  switch (code) {
    case "invalid_input":
    case "unauthorized":
    case "payment_required":
    case "forbidden":
    case "not_found":
    case "insufficient_funds":
    case "conflict":
      return "change something";
    case "rate_limited":
    case "service_unavailable":
    case "timeout":
    case "network":
    case "decode":
      return "retry";
    case "aborted":
    case "unsupported":
    case "internal":
      return "look";
    default:
      return never(code);
  }
}

export async function failures(error: unknown): Promise<number | bigint> {
  if (error instanceof InsufficientFundsError) return error.holdBlocking ? 0 : (error.availableBalance ?? 0);
  if (error instanceof RateLimitedError) return error.retryAfterMs ?? 0;
  if (error instanceof TimeoutError && error.account) return error.account.availableBalance;
  if (!isShardError(error)) throw error;
  const outcome: "rejected" | "unknown" | "applied" = error.outcome;
  const words: (string | undefined)[] = [error.message, error.reason, error.edge, error.idempotencyNonce, error.code, error.name, error.stack];
  const log: Record<string, unknown> = error.toJSON();
  const again: CreateEventResult | undefined = await error.retry?.({ timeoutMs: 5, edge: "https://a.example", waitUntil: (promise) => void promise });
  const plainly = await error.retry?.();
  const balance: number | undefined = plainly?.balance;
  const reserved = await error.retry?.<Reservation>();
  const exactly = await error.retry?.<Reservation<"bigint">>();
  const expires: bigint | undefined = exactly?.expiresAtUnixMs;
  // @ts-expect-error: not every error is a write's.
  await error.retry();
  // @ts-expect-error: the same write.
  await error.retry?.({ note: "another" });
  // @ts-expect-error: what it tells is not to be changed.
  error.outcome = "rejected";
  // @ts-expect-error: only some errors have figures.
  void error.balance;
  // @ts-expect-error: one of fourteen.
  if (error.code === "fatal") void error;
  void [outcome, words, log, balance, again?.balance, reserved?.reservationId, expires, error.status, error.cause];
  return error.attempts;
}

export const made: ShardError[] = [
  new TimeoutError({ message: "too slow", outcome: "unknown", attempts: 3 }),
  new AbortedError({ message: "enough", cause: "a reason" }),
  new InvalidInputError({ message: "wrong" }),
  new NetworkError({ message: "gone" }),
  new DecodeError({ message: "odd" }),
];
// @ts-expect-error: a record, not a text.
new TimeoutError("too slow");

export function exact(error: InsufficientFundsError<"bigint">): bigint {
  // @ts-expect-error: what the answer did not say is null.
  void (error.balance - 1n);
  return (error.balance ?? 0n) - (error.projectedAvailableBalance ?? 0n) + (error.limit ?? 0n);
}

/** By its class or by its code, an error is told apart; `instanceof` knows figures as numbers. */
export function told(error: unknown): number | bigint | string | null | undefined {
  if (error instanceof InsufficientFundsError) {
    const left: number | null = error.availableBalance;
    // @ts-expect-error: no `any`.
    const text: string = error.limit;
    return left ?? text;
  }
  if (error instanceof UnsupportedError) return error.reason;
  if (isShardError<"bigint">(error) && error.code === "insufficient_funds") {
    const left: bigint | null = error.availableBalance;
    return left;
  }
  if (!isShardError(error)) return undefined;
  switch (error.code) {
    case "insufficient_funds":
      return error.projectedAvailableBalance;
    case "rate_limited":
      return error.retryAfterMs;
    case "timeout":
      return error.account?.balance;
    case "unsupported":
      return error.reason;
    default:
      // @ts-expect-error: these have none.
      return error.balance;
  }
}

interface Row { message: string; code: string }
export const back = (row: Row, text: string): (ShardError | string | undefined)[] => [ShardError.fromJSON(row), TimeoutError.fromJSON(text), ShardError.fromJSON(text).causeCode, new ShardError(row)];

export function readLast(plain: TimeoutError, exactly: TimeoutError<"bigint">): [number | undefined, bigint | undefined, Account | undefined] {
  // @ts-expect-error: only a read after a write has it.
  void plain.account.balance;
  // @ts-expect-error: in bigint mode figures are bigints.
  const wrong: number | undefined = exactly.account?.balance;
  void wrong;
  return [plain.account?.balance, exactly.account?.balance, plain.account];
}
