import { hash } from "node:crypto";
import type { SessionId } from "@coatcheck/core";
import type { Identity } from "./identity.ts";

/** What a record of ours is for: part of its id, so that no two kinds can meet. */
type Kind = "sid entry" | "logout mark" | "once" | "work";

/** The id of a record that is found by what it is about. 128 bits of a digest: as long as a session's own, and no more likely to meet one. */
export function derivedId(kind: Kind, ...about: readonly (string | null)[]): SessionId {
  const digest = hash("sha256", JSON.stringify(["coatcheck oidc", kind, ...about]), "buffer");
  return digest.subarray(0, 16).toString("base64url") as SessionId;
}

/**
 * What all sessions of a user at a provider have in common, for the store's index by user. A digest: it fits whatever the provider calls its users, keeps their
 * names out of the store, and JSON keeps issuer and subject apart.
 */
export function subjectIndex({ issuer, subject }: Pick<Identity, "issuer" | "subject">): string {
  return index("subject", issuer, subject);
}

/** The same of the sessions that began within one session at the provider. */
export function sidIndex(issuer: string, sid: string): string {
  return index("sid", issuer, sid);
}

function index(kind: "subject" | "sid", issuer: string, name: string): string {
  return hash("sha256", JSON.stringify(["coatcheck oidc index", kind, issuer, name]), "base64url");
}
