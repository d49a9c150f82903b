export { type InstrumentOptions, instrumentSessions } from "./instrument.ts";
export { type ObservedStoreOptions, observedStore } from "./observed-store.ts";
