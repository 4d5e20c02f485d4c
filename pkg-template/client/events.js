// What `onEvent` is told.
import { EVENTS } from "../generated/events.js";
import { unrecorded } from "../generated/sentences.js";
import { quietly } from "../quietly.js";

const types = Object.keys(EVENTS);
const fields = [];

/** The fields of an event of this kind: `[name, form, mark]`. */
const fieldsOf = (kind) => fields[kind] || (fields[kind] = EVENTS[types[kind]].split(" ").map((field) => /^(\w+):(.)(\??)$/.exec(field).slice(1)));
const OF_STORE = types.indexOf("warning");
const PIN = types.indexOf("pin");

/** Whether anybody hears of an event of this kind. */
export const isHeard = ({ onEvent, memory }, kind) => onEvent !== undefined || (memory !== undefined && kind === PIN);

/** Tells of an event of the kernel's: its kind, edge, figure, what more there is, and the reason. */
export function hear(call, [kind, edge, figure, more], reason) {
  const { client, core } = call;
  if (kind === PIN && client.memory) quietly(() => client.memory.set(core.edges[edge]));
  if (kind === OF_STORE) return tell(call, { type: "warning", reason: "store", message: unrecorded });
  const type = types[kind];
  const event = { type };
  for (const [name, form, mark] of fieldsOf(kind)) {
    if (form === "e") event[name] = core.edges[name === "edge" ? edge : figure];
    else if (form === "n") event[name] = mark && figure < 0 ? null : figure;
    else event[name] = form === "f" ? more === 1 : reason;
  }
  tell(call, event);
}

/** Tells of an event of this call. Watching must not change what is watched. */
export function tell({ client, number, request }, event) {
  const { onEvent } = client;
  if (!onEvent) return;
  event.callId = number;
  event.operation = request.operation;
  if (request.replayable) event.idempotencyNonce = request.nonce;
  quietly(() => onEvent(event));
}
