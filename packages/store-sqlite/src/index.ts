export type { Durability, SqliteStoreOptions } from "./options.ts";
export { type SqliteStore, sqliteStore } from "./store.ts";
