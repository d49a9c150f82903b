export { commonSettingsOf, fail, identifier, knowOnly } from "./check.ts";
export type { CommonSettings, SqlStoreOptions } from "./options.ts";
export { outcomeOf } from "./outcome.ts";
export { COLUMNS, recordOf, valuesOf } from "./row.ts";
export { SLOT_MS, sweepInBatches } from "./sweep.ts";
export { SweepTimer } from "./timer.ts";
