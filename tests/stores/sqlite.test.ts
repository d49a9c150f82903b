import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { describeStore } from "./describe-store.ts";

// Skipped, each time: what concerns notify, and the two cases for stores that lack another capability.
await describeStore(
  "sqliteStore on a file, by two connections",
  (clock) => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const path = join(directory, "sessions.db");
    return {
      store: sqliteStore({ path, clock }),
      peer: sqliteStore({ path, clock }),
      dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
    };
  },
  8,
);

await describeStore(
  "sqliteStore on a file, by two connections with their writes in groups",
  (clock) => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const path = join(directory, "sessions.db");
    return {
      store: sqliteStore({ path, clock, groupCommit: true }),
      peer: sqliteStore({ path, clock, groupCommit: true }),
      dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
    };
  },
  8,
);

await describeStore(
  "sqliteStore in memory",
  (clock) => ({ store: sqliteStore({ path: ":memory:", clock }) }),
  8,
);

await describeStore(
  "sqliteStore with its writes in groups",
  (clock) => ({ store: sqliteStore({ path: ":memory:", clock, durability: "power-loss" }) }),
  8,
);
