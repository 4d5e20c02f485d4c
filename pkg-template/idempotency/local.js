// Values that this process has made or seen itself, so that their replay asks no store.

/** The latest, so many at most: `{ fingerprint, stored, endsAt }` by the name of their key. */
export function localReplays(max) {
  const kept = new Map();
  const now = () => performance.now();
  return {
    keep(name, fingerprint, stored, forMs) {
      kept.delete(name);
      kept.set(name, { fingerprint, stored: copied(stored), endsAt: now() + forMs });
      for (const oldest of kept.keys()) {
        if (kept.size <= max) break;
        kept.delete(oldest);
      }
    },

    /** Nothing where the store must be asked. */
    find(name) {
      const found = kept.get(name);
      if (found && now() < found.endsAt) return { ...found, stored: copied(found.stored) };
      kept.delete(name);
      return undefined;
    },

    forget: (name) => void kept.delete(name),
  };
}

/** What callers do to their values must not reach the next ones. */
const copied = ({ status, headers, body }) => ({ status, headers: headers.map((pair) => [...pair]), body: new Uint8Array(body) });
