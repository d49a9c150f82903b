import { EventHub } from "../events.ts";
import type { MaybePromise } from "../promise.ts";
import { guardStore } from "../store/caller.ts";
import type { SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { InUrl } from "../transport/in-url.ts";
import { Ends } from "./ends.ts";
import { isTokenStorage, type SessionsOptions, type Settings, settingsOf } from "./options.ts";
import type { Remembering } from "./remembering.ts";
import { serverSide } from "./server-side.ts";
import type { Strategy } from "./strategy.ts";
import type { Lines } from "./turns.ts";

/** What all the work of one manager goes by: its options, its store, its events. */
export interface Core extends Settings {
  readonly events: EventHub;
  readonly strategy: Strategy;
  /** Who waits for sessions to end. */
  readonly ends: Ends;
  /** Commits that wait for others to the same session. */
  readonly lines: Lines;
  /** What remembers logins, where the option `remember` is given. */
  readonly remembering?: Remembering | undefined;
  /** What a transport in the URL adds. */
  readonly inUrl?: InUrl | undefined;
}

export function coreOf<Data extends object>(
  options: SessionsOptions<Data>,
  events = new EventHub(),
): Core {
  const settings = settingsOf(options);
  const store = guardStore(settings.store, settings.storeTimeout, events);
  const until = (id: SessionId): MaybePromise<number | undefined> => core.strategy.until(core, id);
  const core = {
    ...settings,
    events,
    store,
    strategy: serverSide as Strategy,
    lines: new Map(),
    ends: new Ends(store, events, settings.clock, until),
  } satisfies Core;
  const { storage } = options;
  if (isTokenStorage(storage)) core.strategy = storage.attach(core as never) as Strategy;
  for (const transport of core.transports) Object.assign(core, transport.attach?.(core));
  if (settings.remember) {
    const { attach } = settings.remember;
    Object.assign(core, (attach as unknown as Attach)(core, settings.store));
  }
  return core;
}

type Attach = (core: Core, storage: SessionStore) => Partial<Core>;
