import type { SessionRecord } from "@coatcheck/core";
import { slotOf } from "./slot.ts";

/** A plain object: node:sqlite makes rows without a prototype, and types every column as possibly anything. */
export function recordOf(row: unknown): SessionRecord {
  const found = row as SessionRecord;
  return {
    id: found.id,
    version: found.version,
    userId: found.userId,
    createdAt: found.createdAt,
    authenticatedAt: found.authenticatedAt,
    lastSeenAt: found.lastSeenAt,
    expiresAt: found.expiresAt,
    state: found.state,
    data: found.data,
  };
}

/** Every column but the id, in the order in which `insert` and `update` take them. */
export function valuesOf(record: SessionRecord) {
  return [
    record.version,
    record.userId,
    record.createdAt,
    record.authenticatedAt,
    record.lastSeenAt,
    record.expiresAt,
    slotOf(record.expiresAt),
    record.state,
    record.data,
  ] as const;
}

/** What `updateInPlace` takes: the values that are in no index, and what is to be as it was. */
export function valuesInPlace(record: SessionRecord, expectedVersion: number, now: number) {
  return [
    record.version,
    record.lastSeenAt,
    record.expiresAt,
    record.state,
    record.data,
    record.id,
    expectedVersion,
    now,
    slotOf(record.expiresAt),
    record.userId,
    record.createdAt,
    record.authenticatedAt,
  ] as const;
}
