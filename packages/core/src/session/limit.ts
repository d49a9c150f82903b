import { SessionLimitError } from "../errors.ts";
import type { CreateOutcome, UpdateOutcome } from "../store/contract.ts";
import type { Core } from "./core.ts";
import { tellEnded } from "./tell.ts";

/** What a user's limit made of a write: refused, or room was made for it. */
export function heedLimit(core: Core, outcome: CreateOutcome | UpdateOutcome): void {
  if (outcome === "full") throw new SessionLimitError(core.limit?.perUser ?? 0);
  if (typeof outcome !== "string") tellEnded(core, outcome.evicted, "evicted");
}
