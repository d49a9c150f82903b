/** Runs one work at a time: of this store, and, if it is `shared`, of all stores of that name in all tabs. */
export type Exclusive = <T>(shared: boolean, work: () => Promise<T>) => Promise<T>;

/** By Web Locks. Where there are none (before 2022, and over plain HTTP), tabs are on their own. */
export function exclusive(name: string): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (shared, work) => {
    const turn = last.then(() => {
      const locks = globalThis.navigator?.locks;
      return shared && locks ? locks.request(name, work) : work();
    });
    last = turn.catch(() => {});
    return turn;
  };
}
