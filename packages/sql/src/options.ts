import type { Clock, Duration } from "@coatcheck/core";

/** What every store over an SQL server can be told. */
export interface SqlStoreOptions {
  /** Name of the table. Default `"coatcheck_session"`. */
  readonly table?: string;
  /** Milliseconds since the epoch: what decides on expiry, never the server's clock. Default `Date.now`. */
  readonly clock?: Clock;
  /** Most records that one `sweep` removes. Default: all that have expired. */
  readonly maxSwept?: number;
  /**
   * Sweeps on its own about this often, each time after half to one and a half of it, so that many processes do not sweep at
   * once. At least `"1s"`, at most `"14d"`. Default: never; call `sweep` yourself.
   */
  readonly sweepEvery?: Duration;
}

/** The common options, checked and complete; times in milliseconds. */
export interface CommonSettings {
  readonly table: string;
  readonly clock: Clock;
  readonly maxSwept: number;
  readonly sweepEvery: number | undefined;
}
