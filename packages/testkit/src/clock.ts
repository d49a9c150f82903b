import type { Clock } from "@coatcheck/core";

/** A clock that stands still until it is told to move. Pass it wherever a `clock` option is. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by `ms` milliseconds; the new time. */
  advance(ms: number): number;
  /** Sets the clock to `time`, in milliseconds since the epoch; backwards too. */
  set(time: number): number;
}

// In the future and round: a store that also lets the server's own clock expire records keeps them for the whole test.
const START = 2_000_000_000_000;

/** A clock for tests. `start` is in milliseconds since the epoch; default 2000000000000, in May 2033. */
export function manualClock(start: number = START): ManualClock {
  let now = start;
  const clock: Clock = () => now;
  return Object.assign(clock, {
    advance: (ms: number): number => {
      now += ms;
      return now;
    },
    set: (time: number): number => {
      now = time;
      return now;
    },
  });
}
