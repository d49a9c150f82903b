import type { Backend } from "./backend.ts";

/** Lives as long as the page. */
export function memory(): Backend {
  const texts = new Map<string, string>();
  return {
    alone: true,
    read: (key) => texts.get(key) ?? null,
    swap(key, before, after) {
      if ((texts.get(key) ?? null) !== before) return false;
      if (after === null) texts.delete(key);
      else texts.set(key, after);
      return true;
    },
    keys: () => [...texts.keys()],
    clear: () => texts.clear(),
  };
}
