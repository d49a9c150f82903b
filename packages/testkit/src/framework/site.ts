import { createSessions, type SessionStore, type SessionsOptions } from "@coatcheck/core";
import { sessionEventNames } from "@coatcheck/core/event-names";
import type { ManualClock } from "../clock.ts";
import { countingStore } from "../store/counting.ts";
import { faultStore } from "../store/fault.ts";
import type { SeenEvent, Site, SiteOptions, TokenStorageMaker } from "./case.ts";
import type { FrameworkHarness, RunningApp, TestData } from "./harness.ts";
import { parkingStore } from "./parking.ts";
import { type TestRoute, text } from "./route.ts";
import { Visitor } from "./visitor.ts";

/** A route that needs no session, to find out whether the server has come round. */
const SETTLE = "/settle";

export interface SiteParts {
  readonly harness: FrameworkHarness;
  readonly store: SessionStore;
  readonly clock: ManualClock;
  readonly routes: Readonly<Record<string, TestRoute>>;
  readonly options: SiteOptions;
  /** Makes what the sessions are kept by; default: the store keeps them. */
  readonly storage?: TokenStorageMaker | undefined;
}

/** Serves `routes` by the harness, over a store that can be counted, parked and made to fail. */
export async function openSite(parts: SiteParts): Promise<{ site: Site; running: RunningApp }> {
  const { harness, clock, options } = parts;
  const { lazy = false, others, token, ...sessionsOptions } = options;
  const faults = faultStore(parts.store, []);
  const parking = parkingStore(faults);
  const store = countingStore(parking);
  const sessions = createSessions<TestData>({
    ...(sessionsOptions as SessionsOptions<TestData>),
    storage: parts.storage?.({ revocation: store, ...token }) ?? store,
    clock,
  });
  const events: SeenEvent[] = [];
  for (const name of sessionEventNames) {
    sessions.events.on(name, (event) => events.push({ name, event }));
  }
  const errors: unknown[] = [];
  const running = await harness.start({
    managers: [{ sessions, property: "session", lazy }, ...(others?.(clock) ?? [])],
    routes: { ...parts.routes, [SETTLE]: { ...text(() => "settled"), session: false } },
    onError: (error) => errors.push(error),
  });
  const { port } = running;
  const visitor = (): Visitor => new Visitor(port);
  const settle = async (): Promise<void> => {
    await visitor().get(SETTLE);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const site = { port, sessions, store, faults, parking, events, errors, visitor, settle };
  return { site, running };
}
