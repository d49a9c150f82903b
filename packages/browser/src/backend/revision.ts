import type { Backend } from "./backend.ts";

/** How long a write's marker is held, in milliseconds: no browser needs that long to tell its tabs. */
const HELD = 2_000;
/** For which no marker is waited longer, in milliseconds: somebody emptied the storage. */
const PATIENCE = 1_000;

/**
 * A lock alone does not make localStorage atomic: each process of Chromium has a copy, and learns of another's write some
 * milliseconds after it, also after the lock that was held for it (two tabs lost 90 of 1,000 increments). So who has written
 * holds, for a while, a lock whose name is the number of that write; and who reads to write waits until its copy has that number.
 */
export function revisions(
  storage: Storage,
  name: string,
  locks: LockManager,
): Pick<Required<Backend>, "catchUp" | "mark"> {
  const marker = `${name}#`;
  const seen = (): number => Number(storage.getItem(name));
  const latest = async (): Promise<number> => {
    const { held = [] } = await locks.query();
    const numbers = held.map((it) => it.name?.startsWith(marker) && +it.name.slice(marker.length));
    return Math.max(...numbers.map(Number), 0);
  };
  let release = (): void => {};
  return {
    async catchUp() {
      const end = performance.now() + PATIENCE;
      // Each round waits for the browser's process, in hidden tabs too, where timers are slow.
      while ((await latest()) > seen() && performance.now() < end);
    },
    async mark() {
      // After the value, since they arrive in order; as long each time, so that a full storage takes it where one is.
      const number = Math.max(Date.now(), seen() + 1);
      try {
        storage.setItem(name, `${number}`);
      } catch {
        // The value is there, which is what was asked for: others see it when they do.
        return;
      }
      await new Promise<void>((granted) => {
        locks.request(marker + number, () => {
          granted();
          release();
          return new Promise<void>((done) => {
            release = done;
            setTimeout(done, HELD);
          });
        });
      });
    },
  };
}
