// Where a key comes from, and how a client is set up and ended.
import { type ApiKey, type EdgeMemory, type ShardOptions, Shardd } from "shardd-wasm";

declare const session: { token(): Promise<string>; text: string; seconds: number };
declare const ctx: { waitUntil(promise: Promise<any>): void; passThroughOnException(): void };

export const clients: Shardd[] = [
  new Shardd("key"),
  new Shardd(() => "token"),
  new Shardd(async () => "token"),
  new Shardd(() => session.token()),
  new Shardd(session.text, {}),
  new Shardd("key", { discover: true, rememberEdge: true, waitUntil: (promise) => ctx.waitUntil(promise) }),
  new Shardd("key", { edges: ["https://a.example"] as const, discover: "api.example.com", rememberEdge: false }),
  new Shardd("key", { integers: "number", onEvent: undefined, signal: undefined }),
  new Shardd("key").withApiKey(async () => "other"),
  Shardd.fromEnv(),
  Shardd.fromEnv({ SHARDD_API_KEY: "key" }, { timeoutMs: 5 }),
];
export const key: ApiKey = session.text.length > 5 ? session.text : () => session.token();

// @ts-expect-error: a key is there.
new Shardd();
// @ts-expect-error: a number is no key.
new Shardd(5);
// @ts-expect-error: nor is a promise: give the function that makes it.
new Shardd(session.token());
// @ts-expect-error: a function gives text.
new Shardd(() => session.seconds);
// @ts-expect-error: whatever it waits for.
new Shardd(async () => session.seconds);
// @ts-expect-error: it may have none.
new Shardd((): string | undefined => undefined);
// @ts-expect-error: it is told nothing.
new Shardd((user: string) => user);
// @ts-expect-error: neither is another key.
new Shardd("key").withApiKey(5);

// @ts-expect-error: one of two words.
new Shardd("key", { integers: "exact" });
// @ts-expect-error: one of two words.
new Shardd("key", { ambiguousWrites: "retry" });
// @ts-expect-error: whole milliseconds.
new Shardd("key", { timeoutMs: "5000" });
// @ts-expect-error: a list.
new Shardd("key", { edges: "https://a.example" });
// @ts-expect-error: the end of a host name.
new Shardd("key", { discover: 5 });
// @ts-expect-error: a place has both.
new Shardd("key", { rememberEdge: { get: () => null } });
// @ts-expect-error: and gives it at once.
new Shardd("key", { rememberEdge: { get: async () => "https://a.example", set: () => {} } });
// @ts-expect-error: a function.
new Shardd("key", { waitUntil: Promise.resolve() });
// @ts-expect-error: of a promise.
new Shardd("key", { waitUntil: (text: string) => session.text + text });
// @ts-expect-error: unknown.
new Shardd("key", { retries: 3 });
// @ts-expect-error: a note is a write's.
new Shardd("key", { note: "a note" });

export const kept: EdgeMemory = { get: () => undefined, set(url) { session.text = url.trim(); } };
export const options: ShardOptions = { integers: session.seconds > 5 ? "bigint" : "number", rememberEdge: kept };
export const either: Shardd<"number" | "bigint"> = new Shardd("key", options);

export function ended(shardd: Shardd): void {
  shardd.close();
  shardd[Symbol.dispose]();
  shardd.free();
  // @ts-expect-error: it ends at once.
  void shardd.close().then();
}
