/** A new UUID of version 4; it throws where the runtime has no randomness. */
export function uuid() {
  // Only pages with https have it, and it is ten times as fast.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return hexadecimal(bytes).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Two digits for each byte. */
export const hexadecimal = (bytes) => Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
