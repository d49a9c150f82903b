import { SessionLimitError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import type { CreateOutcome, SessionLimit, UpdateOutcome } from "../store/contract.ts";

/** What a user's limit made of a write: refused, or room was made for it. */
export function heedLimit(
  outcome: CreateOutcome | UpdateOutcome,
  limit: SessionLimit | undefined,
  events: EventHub,
): void {
  if (outcome === "full") throw new SessionLimitError(limit?.perUser ?? 0);
  if (typeof outcome === "string") return;
  for (const id of outcome.evicted) events.emit("ended", { id, reason: "evicted" });
}
