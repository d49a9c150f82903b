import { type Clock, type Duration, milliseconds, SessionConfigError } from "@coatcheck/core";

/**
 * What a finished write survives.
 * - `"process-crash"`: the end of the process, SIGKILL included. A power loss or a crash of the operating system may undo
 *   the last writes, but never damages the file. No wait for the disk.
 * - `"power-loss"`: that too. Every write waits for the disk.
 */
export type Durability = "process-crash" | "power-loss";

/** The options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /** The file, created if missing and used for nothing else; its directory must exist. `":memory:"` keeps it in memory. */
  readonly path: string;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: Clock;
  /**
   * How long a call waits for other processes to finish theirs, before it throws. Default `"2s"`. This process stands
   * still meanwhile, and the manager's `storeTimeout` cannot interrupt it.
   */
  readonly busyTimeout?: Duration;
  /** Default `"process-crash"`. */
  readonly durability?: Durability;
  /**
   * Writes of one turn of the event loop are one transaction, and each is answered, by a promise, when that is committed. Under load that is
   * a third less work, or with `"power-loss"` a tenth of the waiting; a write that comes alone takes a little longer. Default: with `"power-loss"` only.
   */
  readonly groupCommit?: boolean;
  /** Most records that one `sweep` removes. Default: all that have expired. */
  readonly maxSwept?: number;
}

/** The options, checked and complete; the timeout in milliseconds. */
export interface Settings {
  readonly path: string;
  readonly clock: Clock;
  readonly busyTimeout: number;
  readonly durability: Durability;
  readonly groupCommit: boolean;
  readonly maxSwept: number;
}

const KNOWN = ["path", "clock", "busyTimeout", "durability", "groupCommit", "maxSwept"];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(options: SqliteStoreOptions): Settings {
  if (typeof options !== "object" || options === null) fail("options", "must be an object");
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) fail(name, `is not an option; there are ${KNOWN.join(", ")}`);
  }
  const { path, clock = () => Date.now(), durability = "process-crash", maxSwept } = options;
  const { groupCommit = durability === "power-loss" } = options;
  if (typeof path !== "string" || path === "") {
    fail("path", 'must be the name of a file, or ":memory:"');
  }
  if (path.startsWith("file:")) {
    fail("path", "must be a plain path: turn a URL into one with fileURLToPath from node:url");
  }
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  if (durability !== "process-crash" && durability !== "power-loss") {
    fail("durability", 'must be "process-crash" or "power-loss"');
  }
  if (typeof groupCommit !== "boolean") fail("groupCommit", "must be true or false");
  if (maxSwept !== undefined && !(Number.isSafeInteger(maxSwept) && maxSwept > 0)) {
    fail("maxSwept", "must be a whole number from 1");
  }
  return {
    path,
    clock,
    busyTimeout: milliseconds(options.busyTimeout ?? "2s", "busyTimeout"),
    durability,
    groupCommit,
    maxSwept: maxSwept ?? Number.POSITIVE_INFINITY,
  };
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
