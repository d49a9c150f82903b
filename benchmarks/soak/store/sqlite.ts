import { sqliteStore } from "@coatcheck/store-sqlite";
import type { OpenedStore } from "./open.ts";

/** The file stays, for whoever wants to look at it. */
export function openSqlite(path: string): OpenedStore {
  const store = sqliteStore({ path });
  return { store, close: async () => store.close(), dispose: async () => {} };
}
