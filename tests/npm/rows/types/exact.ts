// Nothing that users touch is `any`, where the platform's own types are there.
import { AbortedError, type FetchInit, InsufficientFundsError, ShardError, type ShardOptions, Shardd, isShardError } from "shardd-wasm";
import { type LocalShardd, localShardd } from "shardd-wasm/testing";

type IsAny<T> = 0 extends 1 & T ? true : false;
/** Whether T, or what it holds so many levels down, is `any`. */
type HasAny<T, Levels extends unknown[] = [1, 1, 1, 1, 1]> =
  IsAny<T> extends true ? true
  : Levels extends [unknown, ...infer Rest]
    ? T extends readonly (infer Item)[] ? HasAny<Item, Rest>
    : T extends (...args: infer Args) => infer Result ? HasAny<Args, Rest> | HasAny<Result, Rest>
    : T extends Promise<infer Given> ? HasAny<Given, Rest>
    : T extends AsyncGenerator<infer Row, infer _End, infer _Next> ? HasAny<Row, Rest>
    : T extends AbortSignal | Response | Request | Error ? false
    : T extends object ? { [K in keyof T]-?: HasAny<T[K], Rest> }[keyof T]
    : false
  : false;

const no = <T>(_: HasAny<T> extends false ? true : false): void => {};

// The test itself: it finds one where one is.
no<{ deep: (text: string) => Promise<{ here: any }[]> }>(false);
no<{ deep: (text: string) => Promise<{ here: unknown }[]> }>(true);

no<ConstructorParameters<typeof Shardd>>(true);
no<ShardOptions>(true);
no<FetchInit>(true);
no<ShardError["toJSON"]>(true);
no<NonNullable<ShardError["retry"]>>(true);
no<Omit<InsufficientFundsError, "retry" | "stack">>(true);
no<Omit<AbortedError, "retry" | "stack">>(true);
no<Parameters<typeof isShardError>>(true);
no<Omit<LocalShardd, "fetch">>(true);
no<typeof localShardd>(false); // its fetch is any platform's

type Methods<I extends "number" | "bigint"> = Shardd<I>;
no<Methods<"number">["createEvent"]>(true);
no<Methods<"bigint">["charge"]>(true);
no<Methods<"bigint">["credit"]>(true);
no<Methods<"number">["reserve"]>(true);
no<Methods<"bigint">["settle"]>(true);
no<Methods<"number">["release"]>(true);
no<Methods<"number">["listEvents"]>(true);
no<Methods<"bigint">["getBalances"]>(true);
no<Methods<"number">["getAccount"]>(true);
no<Methods<"number">["edges"]>(true);
no<Methods<"number">["health"]>(true);
no<Methods<"number">["listMyBuckets"]>(true);
no<Methods<"number">["listMyDeletedBuckets"]>(true);
no<Methods<"number">["getMyBucket"]>(true);
no<Methods<"number">["listMyBucketEvents"]>(true);
no<Methods<"number">["createMyBucketEvent"]>(true);
no<Methods<"number">["listMyEvents"]>(true);
no<Methods<"number">["deleteMyBucket"]>(true);
no<Methods<"bigint">["myBuckets"]>(true);
no<Methods<"number">["myBucketEvents"]>(true);
no<Methods<"bigint">["myEvents"]>(true);
no<Methods<"number">["edgeTable"]>(true);
no<Methods<"number">["withApiKey"]>(true);
no<Methods<"number">["close"]>(true);

// The platform's own objects, as they are.
export const { signal } = new AbortController();
export const options: ShardOptions = { signal, fetch };
// @ts-expect-error: a controller is no signal.
export const wrong: ShardOptions = { signal: new AbortController() };
// @ts-expect-error: of a call neither.
void new Shardd("key").health(undefined, { signal: new AbortController() });
// @ts-expect-error: a fetch gives a response.
new Shardd("key", { fetch: async () => "text" });
