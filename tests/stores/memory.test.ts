import { memoryStore } from "@coatcheck/core";
import { describeStore } from "./describe-store.ts";

// Skipped: the two cases for stores that lack a capability.
await describeStore("memoryStore", (clock) => ({ store: memoryStore({ clock }) }), 2);
