import { createSessions, memoryStore } from "../../packages/core/src/index.ts";
import { rememberMe } from "../../packages/core/src/remember.ts";
import type { Lifetime } from "../../packages/core/src/session/lifetime.ts";
import { settingsOf } from "../../packages/core/src/session/options.ts";

export const PRESETS = ["aal1", "aal2", "aal3"] as const;

/** What the library does, asked of itself. */
export interface Defaults {
  readonly lifetime: Lifetime;
  readonly presets: Readonly<Record<(typeof PRESETS)[number], Lifetime>>;
  /** The Set-Cookie lines of a login that is remembered, without their tokens. */
  readonly cookie: string;
  readonly rememberCookie: string;
}

export async function readDefaults(): Promise<Defaults> {
  // It stands still: a Max-Age counts from the login.
  const clock = () => 0;
  const store = memoryStore({ clock });
  const sessions = createSessions({ clock, remember: rememberMe({ store }) });
  const session = await sessions.open({ headers: {} });
  session.login("ann", { remember: true });
  const lines = (await sessions.commit(session))
    .filter(([name]) => name === "set-cookie")
    .map(([, line]) => line.replace(/=[^;]+;/, "=…;"));
  const [cookie = "", rememberCookie = ""] = lines;
  const { aal1, aal2, aal3 } = Object.fromEntries(
    PRESETS.map((preset) => [preset, settingsOf({ timeouts: preset }).timeouts]),
  ) as Defaults["presets"];
  const { timeouts: lifetime } = settingsOf({});
  return { lifetime, presets: { aal1, aal2, aal3 }, cookie, rememberCookie };
}

/** `1800000` as `30 minutes`; one day as 24 hours, as the standard has it. */
export function spoken(ms: number): string {
  const [unit, size] =
    UNITS.find(([, it]) => ms % it === 0 && !(ms === DAY && it === DAY)) ?? UNITS[4];
  const count = ms / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const DAY = 86_400_000;

const UNITS = [
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
  ["millisecond", 1],
] as const;
