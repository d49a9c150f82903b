import {
  SessionConflictError,
  type SessionId,
  type SessionRecord,
  type SessionStore,
} from "@coatcheck/core";

/** How often a writer may lose before it gives up. */
const MAX_ATTEMPTS = 100;

/** Writes what `next` makes of the record of now, whatever others write meanwhile; what it was before. `undefined` from `next`: it stays as it is. */
export async function put(
  store: SessionStore,
  id: SessionId,
  next: (before: SessionRecord | undefined) => SessionRecord | undefined,
): Promise<SessionRecord | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await store.read(id);
    const record = next(before);
    if (!record) return before;
    const outcome = before
      ? await store.update({ ...record, version: before.version + 1 }, before.version)
      : await store.create(record);
    if (outcome === "ok") return before;
  }
  throw new SessionConflictError(MAX_ATTEMPTS);
}
