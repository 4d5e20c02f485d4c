/** No measure of anything: what takes so long never happens. */
const LIMIT_MS = 120_000;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(holds, otherwise) {
  for (const end = performance.now() + LIMIT_MS; !(await holds()); ) {
    if (performance.now() > end) throw new Error(`${otherwise}, in ${LIMIT_MS} ms`);
    await pause(5);
  }
}
