import { createHash } from "node:crypto";
import type { LoginFacts } from "../options/options.ts";

/** What stores take for a user id. */
const LONGEST = 255;

/**
 * A subject alone is somebody else at another provider (OWASP ASVS 6.8.1). An issuer's name is a URL without a query, so that no two pairs
 * make one text.
 */
export function userIdOf({ issuer, subject }: Pick<LoginFacts, "issuer" | "subject">): string {
  const text = `${issuer}|${subject}`;
  if (text.length <= LONGEST) return text;
  return createHash("sha256").update(text).digest("base64url");
}
