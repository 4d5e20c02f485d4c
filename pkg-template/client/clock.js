// Time, timers and chance, looked up when they are needed: a test that replaces them is heard, and one that puts them back too.

/** Milliseconds of a clock that only goes forward. */
export const now = () => performance.now();

/** Unix milliseconds. */
export const unixMs = () => Date.now();

export const later = (action, ms) => setTimeout(action, ms);

export const cancel = (timer) => clearTimeout(timer);

const WORDS = 4294967296;

/** A number for what merely spreads: whose turn it is, and how long to wait. */
export const chance = () => Math.random() * WORDS;

/** The same for what must be nobody else's number, whatever a test does to Math.random. */
export const secret = () => {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * WORDS + low;
};
