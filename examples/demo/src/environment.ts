import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type StorageKind, storageKinds } from "./storage/kinds.ts";

/** What the environment says. */
export interface Settings {
  /** The first of the ports; the others follow it. */
  readonly port: number;
  readonly host: string;
  readonly database: string;
  /** Cookies are Secure. */
  readonly secure: boolean;
  /** Where the sessions live of those who have not chosen. */
  readonly storage: StorageKind;
  /** How fresh a login has to be for what is dangerous. */
  readonly freshSeconds: number;
  /** How long nobody gets another attempt at a password, after too many. */
  readonly lockSeconds: number;
  /** After how much silence a session ends, in milliseconds. */
  readonly idleMs: number;
}

const DEFAULT_DATABASE = fileURLToPath(new URL("../.data/sessions.db", import.meta.url));

/** Reads `PORT`, `HOST` and the `DEMO_` variables. Throws what can be told to whoever set them. */
export function settingsFrom(env: NodeJS.ProcessEnv, servers: number): Settings {
  const { PORT, HOST, DEMO_DB, INIT_CWD = process.cwd() } = env;
  const { DEMO_STORAGE = "store", DEMO_INSECURE_COOKIE } = env;
  const last = 65_536 - servers;
  const port = PORT ? Number(PORT) : 3000;
  if (!Number.isSafeInteger(port) || port < 1 || port > last) {
    throw new SettingError(
      `PORT is the first of ${servers} ports, from 1 to ${last}, not ${JSON.stringify(PORT)}`,
    );
  }
  const storage = storageKinds.find((kind) => kind === DEMO_STORAGE);
  if (storage === undefined) {
    const given = JSON.stringify(DEMO_STORAGE);
    throw new SettingError(`DEMO_STORAGE is one of ${storageKinds.join(", ")}, not ${given}`);
  }
  return {
    port,
    host: HOST || "127.0.0.1",
    // A package script runs in its package; the person who called it stands in INIT_CWD.
    database: DEMO_DB ? resolve(INIT_CWD, DEMO_DB) : DEFAULT_DATABASE,
    secure: DEMO_INSECURE_COOKIE !== "1",
    storage,
    freshSeconds: secondsIn(env, "DEMO_FRESH_SECONDS", 120),
    lockSeconds: secondsIn(env, "DEMO_LOCK_SECONDS", 60),
    idleMs: idleIn(env.DEMO_IDLE || "24h"),
  };
}

function secondsIn(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const given = env[name];
  const seconds = given ? Number(given) : otherwise;
  if (Number.isSafeInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new SettingError(
    `${name} is a number of seconds, from 1 to 86400, not ${JSON.stringify(given)}`,
  );
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SHORTEST_IDLE = 5_000;
/** That of the whole session: silence beyond it does not matter any more. */
const LONGEST_IDLE = 7 * 86_400_000;

function idleIn(given: string): number {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(given) ?? [];
  const idle = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (idle >= SHORTEST_IDLE && idle <= LONGEST_IDLE) return idle;
  throw new SettingError(
    `DEMO_IDLE is a time with its unit, as "90s", "2m" or "24h", from 5s to 7d, not ${JSON.stringify(given)}`,
  );
}

export class SettingError extends Error {}
