// All doors of a world: one for each region, and the control endpoint's.
import { World } from "../testing/world.js";
import { closesPort } from "../testing/rule.js";
import { control } from "./control.js";
import { Door } from "./door.js";
import { exchange } from "./exchange.js";
import { unparsed } from "./raw.js";

/** How often conflicts are looked for that nobody has asked about. */
const TICK_MS = 20;

/** Resolves to `{ regions, control, stop() }` once every port is open. */
export async function serve({ host, ports, controlPort, delaysMs, ...rest }) {
  let world;
  let ask;
  const at = (serves, index) => (...pair) => serves(world, world.regions[index], ...pair);
  const doors = ports.map((_, index) => new Door(host, at(exchange, index), at(unparsed, index)));
  const desk = new Door(host, (...pair) => ask(...pair));
  await opened(doors, ports, desk, controlPort);
  world = new World({ ...rest, places: doors.map(({ url }, index) => ({ url, delayMs: delaysMs[index] ?? 0 })) });
  ask = control(world, (index, rule) => setFault(world, index, rule, doors[index]));
  const watch = setInterval(stormWatch(world), TICK_MS);
  return {
    regions: doors.map(({ url }) => url),
    control: desk.url,
    async stop() {
      clearInterval(watch);
      await Promise.all([...doors, desk].filter(({ isOpen }) => isOpen).map((door) => door.shut()));
      world.dispose();
    },
  };
}

async function opened(doors, ports, desk, controlPort) {
  try {
    await desk.open(controlPort, "--control-port");
    for (const [index, door] of doors.entries()) await door.open(ports[index]);
  } catch (error) {
    await Promise.all([...doors, desk].filter(({ isOpen }) => isOpen).map((door) => door.shut()));
    throw error;
  }
}

/** Sets a fault and, where it is about the port, waits until the port has followed. */
async function setFault(world, index, rule, door) {
  world.fault(index, rule);
  const close = closesPort(world.regions[index].rule);
  if (close && door.isOpen) await door.shut();
  if (!close && !door.isOpen) await door.open();
}

function stormWatch(world) {
  let told = 0;
  return () => {
    for (const { nonce, bucket, account, amount, winner, loser } of world.ledger.storms().slice(told)) {
      told += 1;
      console.error(
        `VOID STORM: nonce "${nonce}" (${bucket}/${account}, amount ${amount}) was accepted twice, in regions ` +
          `${winner.region} and ${loser.region}. The real servers would now void each other's events for ever. ` +
          "A client must never do this.",
      );
    }
  };
}
