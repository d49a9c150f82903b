import { createHash } from "node:crypto";
import type { SessionId, SessionRecord } from "@coatcheck/core";

/** As long as the core makes it: a hash and a deadline. */
const STATE = JSON.stringify({ v: 1, hash: "h".repeat(43), endsAt: Date.now() + 43_200_000 });

export function idOf(number: number): SessionId {
  const bytes = createHash("sha256").update(String(number)).digest().subarray(0, 16);
  return bytes.toString("base64url") as SessionId;
}

/** A login of `userId` as the core writes it, with data of so many bytes. */
export function login(
  number: number,
  userId: string,
  dataBytes: number,
  authenticatedAt = Date.now(),
): SessionRecord {
  const empty = JSON.stringify({ cart: "" });
  return {
    id: idOf(number),
    version: 1,
    userId,
    createdAt: authenticatedAt,
    authenticatedAt,
    lastSeenAt: authenticatedAt,
    expiresAt: Date.now() + 43_200_000,
    state: STATE,
    data: JSON.stringify({ cart: "x".repeat(Math.max(0, dataBytes - empty.length)) }),
  };
}
