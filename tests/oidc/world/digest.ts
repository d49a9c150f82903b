import { createHash } from "node:crypto";

/** Tells tokens apart without telling them. */
export function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
