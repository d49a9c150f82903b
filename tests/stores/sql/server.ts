import type { FullStore } from "@coatcheck/core";
import type { ManualClock } from "@coatcheck/testkit";
import type { Service } from "../../services/services.ts";

export interface SqlStore extends FullStore {
  setup(): Promise<void>;
}

interface SqlOptions {
  readonly table?: string;
  readonly maxSwept?: number;
}

/** One kind of store over an SQL server, and what its tests need to know of the server. */
export interface SqlServer {
  readonly name: string;
  readonly service: Service;
  open(
    clock: ManualClock,
    options?: SqlOptions,
  ): Promise<{ store: SqlStore; peer: SqlStore; table: string; dispose(): Promise<void> }>;
  /** A store that counts its round trips; its table is made by its `setup`. */
  counting(clock: ManualClock, table: string): { store: SqlStore; trips(): number };
  /** Deadlocks so far, those included that a store got over. */
  deadlocks(): number;
  /** Marks a table with a schema version, or with another text. */
  mark(table: string, comment: string): Promise<void>;
  drop(table: string): Promise<void>;
  /** Locks the row as another client would. What lets it go. */
  hold(table: string, id: string): Promise<() => Promise<void>>;
  /** Calls on the table that wait for a lock. */
  waiting(table: string): Promise<number>;
  uniqueName(): string;
  /** Round trips of calls that lose a race or a comparison: these may be more than one. */
  readonly losing: { readonly stale: number; readonly gone: number; readonly exists: number };
}
