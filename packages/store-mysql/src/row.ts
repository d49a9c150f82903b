import type { SessionId, SessionRecord } from "@coatcheck/core";
import { valuesOf } from "@coatcheck/sql";

/** What goes into the columns: the user id as bytes. */
export function columnsOf(record: SessionRecord) {
  const [id, version, userId, ...rest] = valuesOf(record);
  return [id, version, userId === null ? null : bytes(userId), ...rest] as const;
}

export function bytes(userId: string): Buffer {
  return Buffer.from(userId, "utf8");
}

/** The ids of a procedure's answer: base64url, with commas between. */
export function idsOf(list: unknown): SessionId[] {
  return list === null ? [] : (String(list).split(",") as SessionId[]);
}
