// Who the user is: a cookie `session=<user>.<signature>`, signed with HMAC-SHA256. Put your own sessions in its place.
const SESSION = /(?:^|;\s*)session=([\w-]+)\.([0-9a-f]{64})(?:;|$)/;

const utf8 = new TextEncoder();

/** The user of a request, or undefined. */
export async function userOf(request, secret) {
  const [, user, signature] = SESSION.exec(request.headers.get("cookie") ?? "") ?? [];
  if (!user) return undefined;
  const bytes = Uint8Array.from(signature.match(/../g), (pair) => Number.parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  return (await crypto.subtle.verify("HMAC", key, bytes, utf8.encode(user))) ? user : undefined;
}
