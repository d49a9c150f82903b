/** Callers within this process that ask for the same thing at the same time share one promise. */
export function shared<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const same = running.get(key);
    if (same) return same;
    const promise = work().finally(() => running.delete(key));
    running.set(key, promise);
    return promise;
  };
}
