import type { Clock, SessionId, SessionRecord } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { fileOf } from "./files.ts";
import { type StorageKind, storageKinds } from "./kinds.ts";

/** What the files really hold, for the panel: read by connections of its own, past everything that is watched. */
export class Rows {
  readonly #stores: Readonly<Record<StorageKind, ReturnType<typeof sqliteStore>>>;

  constructor(database: string, clock: Clock) {
    const entries = storageKinds.map((kind) => [
      kind,
      sqliteStore({ path: fileOf(database, kind), clock }),
    ]);
    this.#stores = Object.fromEntries(entries);
  }

  async of(kind: StorageKind, id: string): Promise<SessionRecord | undefined> {
    return this.#stores[kind].read(id as SessionId);
  }

  async close(): Promise<void> {
    for (const kind of storageKinds) await this.#stores[kind].close();
  }
}
