// The least store there is: a map, and a clock that tests can move. Everything else is the package's.
export function mapStore(now = () => Date.now()) {
  const entries = new Map();
  return {
    entries,
    async update(key, step) {
      const { reply, put, remove } = step(entries.get(key), now());
      if (put) entries.set(key, put);
      if (remove) entries.delete(key);
      return reply;
    },
  };
}
