// Copies of writes that are in flight or in doubt, as plain data. The kernel's table of them is lost with its life: the next life gets these.
import { REMEMBERED_MS } from "../generated/effects.js";
import { now } from "./clock.js";
import { home } from "./instance.js";

/** Of all copies of the package, as the table. */
const copies = () => home.copies || (home.copies = []);

/** A call ended, and nobody knows whether the last copy that it sent landed. Where it could not be cut, as in a Worker that of another request, it is in flight. */
export function noteCopy({ client, request, header, owner, sending }, isCut) {
  const { settings } = client;
  const { sentAtMs, sentTo } = sending;
  if (request.nonce === undefined || sentAtMs === undefined) return;
  const at = now();
  home.copies = copies().filter(({ forgottenAtMs }) => at < forgottenAtMs);
  copies().push({
    settings, nonce: request.nonce, fingerprint: request.fingerprint, replayable: request.replayable, isAsked: client.header === undefined && owner === undefined,
    header, owner, edge: sentTo, sentAtMs, isCut, forgottenAtMs: Math.max(at, sentAtMs + settings.attemptTimeoutMs) + REMEMBERED_MS,
  });
}

/** Tells a life of the copies that the one before left; `open` and `drop` make and give back the kernel's part of a client. */
export function inherit(life, open, drop) {
  const at = now();
  for (const copy of copies()) {
    if (at >= copy.forgottenAtMs) continue;
    const { nonce, fingerprint, header, owner, edge } = copy;
    const core = open(life, copy.settings);
    const [nonceLength, printLength, keyLength, ownerLength, edgeLength] = life.put(nonce, fingerprint, header, owner === undefined ? "" : owner, edge);
    life.enter(
      "inherit", core.handle, nonceLength, printLength, keyLength, owner === undefined ? -1 : ownerLength, edgeLength, copy.isAsked, copy.replayable,
      copy.isCut, copy.sentAtMs, at,
    );
    drop(core);
  }
}
