import type { SessionRecord, SessionStore } from "@coatcheck/core";
import { derivedId } from "./derived-id.ts";
import type { Pause } from "./pause.ts";
import { contentOf, recordOf } from "./record.ts";

export interface Working {
  readonly store: SessionStore;
  readonly clock: () => number;
  readonly pause: Pause;
  /** How long a claim counts whose process was killed, in milliseconds. */
  readonly lease: number;
}

/**
 * Does `work` unless it was done under this text before; `false` if it was. It is claimed first and noted as done only afterwards: whoever hears that it was done may rely on
 * it, also where the first that tried failed or was killed halfway.
 */
export async function performOnce(
  { store, clock, pause, lease }: Working,
  text: string,
  until: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const id = derivedId("work", text);
  for (let round = 0; ; round++) {
    const now = clock();
    const before = await store.read(id);
    const { done, claimedUntil } = before ? contentOf(before) : {};
    if (done === true) return false;
    if (typeof claimedUntil === "number" && claimedUntil > now) {
      await pause(round);
      continue;
    }
    const fields = { id, userId: null, createdAt: now, expiresAt: Math.max(until, now + lease) };
    const version = (before?.version ?? 0) + 1;
    const claim = recordOf(fields, { claimedUntil: now + lease }, version);
    const outcome = before ? await store.update(claim, before.version) : await store.create(claim);
    if (outcome !== "ok") continue;
    await doIt(store, claim, work);
    // Where another has taken over, since this one was slow, that one's note will do.
    await store.update(recordOf(fields, { done: true }, version + 1), version);
    return true;
  }
}

async function doIt(
  store: SessionStore,
  claim: SessionRecord,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    try {
      // By version: a claim that somebody else has by now stays.
      const { id, userId, createdAt, expiresAt, version } = claim;
      const given = recordOf({ id, userId, createdAt, expiresAt }, {}, version + 1);
      await store.update(given, version);
    } catch {
      // It runs out by itself.
    }
    throw error;
  }
}
