import { type SessionRecord, SessionStoreError } from "@coatcheck/core";

/** What the records of a kind have beside their state. */
export type RecordFields = Pick<SessionRecord, "id" | "userId" | "createdAt" | "expiresAt">;

/** A record of ours, as a store keeps a session's. `content` is JSON. */
export function recordOf(fields: RecordFields, content: object, version = 1): SessionRecord {
  const { createdAt } = fields;
  return {
    ...fields,
    version,
    // Also where it is no user's: a full memory store drops what nobody is logged in to.
    authenticatedAt: createdAt,
    lastSeenAt: createdAt,
    state: JSON.stringify({ v: FORMAT, ...content }),
    data: "{}",
  };
}

/** Of a state's text: a version that reads another one must know it. */
const FORMAT = 1;

/** The content again. What this version did not write is a broken store, never an absence: a logout mark must not be overlooked. */
export function contentOf(record: SessionRecord): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(record.state);
    if (isObject(content) && content.v === FORMAT) return content;
  } catch {
    // Told below.
  }
  throw new SessionStoreError("read", "store of the connections returned an unknown format");
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
