import {
  SessionConflictError,
  type SessionId,
  type SessionRecord,
  type SessionStore,
} from "@coatcheck/core";

/** How often a writer may lose before it gives up. */
const MAX_ATTEMPTS = 100;

/** Writes what `next` makes of the record that is there, whatever others write meanwhile; what it was before. Mostly there is none, so that is tried first. */
export async function put(
  store: SessionStore,
  id: SessionId,
  next: (before: SessionRecord | undefined) => SessionRecord,
): Promise<SessionRecord | undefined> {
  let before: SessionRecord | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const record = next(before);
    const outcome = before
      ? await store.update({ ...record, version: before.version + 1 }, before.version)
      : await store.create(record);
    if (outcome === "ok") return before;
    before = await store.read(id);
  }
  throw new SessionConflictError(MAX_ATTEMPTS);
}
