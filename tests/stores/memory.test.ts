import { memoryStore } from "@coatcheck/core";
import { describeStore } from "./describe-store.ts";

// Skipped: what concerns notify, and the two cases for stores that lack another capability.
await describeStore("memoryStore", (clock) => ({ store: memoryStore({ clock }) }), 8);
