import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@coatcheck/core";
import { observedStore } from "@coatcheck/opentelemetry";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { asynchronousStore, storeCases } from "@coatcheck/testkit";
import { telemetry } from "../observability/telemetry.ts";
import { describeStore } from "./describe-store.ts";

// Skipped as in memory.test.ts: what concerns notify, and the two cases for stores that lack another capability.
await describeStore(
  "observedStore(memoryStore)",
  (clock) => ({ store: observedStore(memoryStore({ clock }), telemetry()) }),
  8,
);

await describeStore(
  "observedStore of a store that answers by promises",
  (clock) => ({ store: observedStore(asynchronousStore(memoryStore({ clock })), telemetry()) }),
  8,
);

await describeStore(
  "observedStore of a store without capabilities",
  (clock) => {
    const { read, create, update, touch, destroy } = memoryStore({ clock });
    return { store: observedStore({ read, create, update, touch, destroy }, telemetry()) };
  },
  storeCases.filter((storeCase) => storeCase.needs?.length).length,
);

await describeStore(
  "observedStore(sqliteStore)",
  (clock) => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const path = join(directory, "sessions.db");
    return {
      store: observedStore(sqliteStore({ path, clock }), telemetry()),
      peer: sqliteStore({ path, clock }),
      dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
    };
  },
  8,
);
