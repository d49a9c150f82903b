export type { MigratingStoreOptions, MigrationStage } from "./migrating/options.ts";
export { migratingStore } from "./migrating/store.ts";
