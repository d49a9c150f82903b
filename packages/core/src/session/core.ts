import { EventHub } from "../events.ts";
import { guardStore } from "../store/caller.ts";
import { cookieTransport } from "../transport/cookie.ts";
import type { Transport } from "../transport/transport.ts";
import { isTokenStorage, type SessionsOptions, type Settings, settingsOf } from "./options.ts";
import { serverSide } from "./server-side.ts";
import type { Strategy } from "./strategy.ts";

/** What all the work of one manager goes by: its options, its store, its events. */
export interface Core extends Settings {
  readonly events: EventHub;
  readonly strategy: Strategy;
  /** How tokens travel, in the order in which they are looked for; a new session's goes out by the first. */
  readonly transports: readonly Transport[];
}

export function coreOf<Data extends object>(options: SessionsOptions<Data>): Core {
  const settings = settingsOf(options);
  const events = new EventHub();
  const store = guardStore(settings.store, settings.storeTimeout, events);
  const core = {
    ...settings,
    events,
    store,
    strategy: serverSide as Strategy,
    transports: [cookieTransport],
  };
  const { storage } = options;
  if (isTokenStorage(storage)) core.strategy = storage.attach(core as never) as Strategy;
  return core;
}
