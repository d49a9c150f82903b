import { EventHub } from "../events.ts";
import { guardStore } from "../store/caller.ts";
import { type SessionsOptions, type Settings, settingsOf } from "./options.ts";

/** What all the work of one manager goes by: its options, its store, its events. */
export interface Core extends Settings {
  readonly events: EventHub;
}

export function coreOf<Data extends object>(options: SessionsOptions<Data>): Core {
  const settings = settingsOf(options);
  const events = new EventHub();
  return { ...settings, events, store: guardStore(settings.store, settings.storeTimeout, events) };
}
