import { complete, fail, oneOf } from "../config.ts";
import { isObject } from "../object.ts";
import type { SessionStore } from "../store/contract.ts";

/**
 * - `"prepare"`: nothing is moved yet. New sessions go to `from`; those that other processes have moved are found in `to`.
 * - `"move"`: each session moves to `to` when it is seen next, and new ones are created there.
 */
export type MigrationStage = "prepare" | "move";

/** The options of `migratingStore`. */
export interface MigratingStoreOptions {
  /** The store that is given up. */
  readonly from: SessionStore;
  /** The store that takes its place. */
  readonly to: SessionStore;
  /** Default `"prepare"`. Go to `"move"` only when every process runs with `"prepare"`. */
  readonly stage?: MigrationStage;
}

/** The two stores of a migration. */
export interface Stores {
  readonly from: SessionStore;
  readonly to: SessionStore;
}

const METHODS = ["read", "create", "update", "touch", "destroy"] as const;

/** The options, checked and complete. */
export function settingsOf(options: MigratingStoreOptions): Required<MigratingStoreOptions> {
  const { from, to, stage } = complete(options, "", {
    from: undefined as SessionStore | undefined,
    to: undefined as SessionStore | undefined,
    stage: "prepare" as MigrationStage,
  });
  oneOf("stage", stage, "prepare", "move");
  const stores = { from: checked("from", from), to: checked("to", to) };
  if (from === to) fail("to", "must be another store than from");
  return { ...stores, stage };
}

function checked(option: string, store: SessionStore | undefined): SessionStore {
  const is = isObject(store) && METHODS.every((name) => typeof store[name] === "function");
  return is ? (store as SessionStore) : fail(option, "must be a session store");
}
