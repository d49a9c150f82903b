import type { SessionId, SessionRecord } from "@coatcheck/core";

/** The columns of a record, in the order of `valuesOf`. */
export const COLUMNS = [
  "id",
  "version",
  "user_id",
  "created_at",
  "authenticated_at",
  "last_seen_at",
  "expires_at",
  "state",
  "data",
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], unknown>>;

/**
 * A record of a row, whatever the driver makes of the columns: a BIGINT comes as a string, a number or a bigint, and a text
 * may come as a Buffer of UTF-8.
 */
export function recordOf(row: unknown): SessionRecord {
  const found = row as Row;
  return {
    id: String(found.id) as SessionId,
    version: Number(found.version),
    userId: found.user_id === null ? null : String(found.user_id),
    createdAt: Number(found.created_at),
    authenticatedAt: found.authenticated_at === null ? null : Number(found.authenticated_at),
    lastSeenAt: Number(found.last_seen_at),
    expiresAt: Number(found.expires_at),
    state: String(found.state),
    data: String(found.data),
  };
}

/** What goes into the columns. */
export function valuesOf(record: SessionRecord) {
  return [
    record.id,
    record.version,
    record.userId,
    record.createdAt,
    record.authenticatedAt,
    record.lastSeenAt,
    record.expiresAt,
    record.state,
    record.data,
  ] as const;
}
