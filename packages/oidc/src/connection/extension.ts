import type { SessionRecord, SessionStore } from "@coatcheck/core";
import type { Sealer } from "@coatcheck/core/token-storage";
import { removeSidEntry, writeSidEntry } from "./sid-entry.ts";
import { claimed, openConnection, plainOf, sealConnection } from "./stored-connection.ts";

export interface Extending {
  readonly store: SessionStore;
  readonly sealer: Sealer;
  /** Whose ties. Default: anybody's. */
  readonly issuer?: string | undefined;
  readonly clock: () => number;
}

/**
 * Lets a tie last until `until` at least: as long as its session, which a login of the application's own has made longer. Otherwise a logout at the provider would not find it
 * any more. Never brings back a tie that has ended.
 */
export async function extendTie(
  { store, sealer, issuer, clock }: Extending,
  id: SessionRecord["id"],
  until: number,
): Promise<void> {
  for (;;) {
    const record = await store.read(id);
    const connection = record && openConnection(sealer, record, issuer);
    if (!connection || connection.expiresAt >= until) return;
    const longer = { ...connection, expiresAt: until };
    const { createdAt, version } = record;
    const { sid, renewingUntil } = plainOf(record);
    // Found by `sid` for as long as it is there, as at its beginning.
    await writeSidEntry(store, longer, clock());
    const sealed = sealConnection(sealer, longer, { createdAt, version: version + 1 });
    // Who renews the tokens goes on doing so.
    const next = { ...sealed, state: claimed(sealed, renewingUntil).state };
    const outcome = await store.update(next, version);
    if (outcome === "ok") return;
    if (outcome === "gone") return removeSidEntry(store, id, sid);
  }
}
