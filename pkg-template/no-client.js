import { InvalidInputError } from "./errors.js";

const NO_CLIENT = "The method was taken off its client, or the client is a copy: call it as shardd.charge(\u2026), and keep the client itself (in Vue in markRaw or shallowRef).";

/** What stands behind the client that users hold; an error where there is nothing. */
export function behind(clients, shardd) {
  const client = clients.of(shardd);
  if (!client) throw new InvalidInputError({ message: NO_CLIENT });
  return client;
}
