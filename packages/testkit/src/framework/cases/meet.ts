/** A place where `count` requests wait for each other: all have opened their sessions before any goes on. */
export function meetingOf(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) resolve();
    return promise;
  };
}

/** A request in the middle of its handler: `arrived` when it is there, `leave()` lets it go on. */
export interface Halt {
  readonly arrived: Promise<void>;
  leave(): void;
  /** To be awaited by the handler. */
  here(): Promise<void>;
}

export function halt(): Halt {
  const arrival = Promise.withResolvers<void>();
  const departure = Promise.withResolvers<void>();
  return {
    arrived: arrival.promise,
    leave: departure.resolve,
    here: () => {
      arrival.resolve();
      return departure.promise;
    },
  };
}
