import { memoryStore, type SessionStore } from "@coatcheck/core";
import { storeCases } from "@coatcheck/testkit";
import { describeStore } from "./describe-store.ts";

/** The five methods that every store has, and no more. */
function bare(store: SessionStore): SessionStore {
  return {
    read: (id) => store.read(id),
    create: (record, limit) => store.create(record, limit),
    update: (record, expectedVersion, limit) => store.update(record, expectedVersion, limit),
    touch: (id, times) => store.touch(id, times),
    destroy: (id) => store.destroy(id),
  };
}

await describeStore(
  "a store without capabilities",
  (clock) => ({ store: bare(memoryStore({ clock })) }),
  storeCases.filter((storeCase) => storeCase.needs?.length).length,
);
