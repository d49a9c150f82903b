import type { SessionEvents, SessionId } from "@coatcheck/core";
import type { LogoutRefusal } from "../backchannel/answer.ts";
import type { OidcErrorCode } from "../errors.ts";

/** Every event, with what comes along: ids and codes, never a token, a code or a claim. On `node:diagnostics_channel` as `coatcheck:oidc:<name>`. */
export interface OidcEvents {
  /** A session began at the provider. */
  login: {
    readonly sessionId: SessionId;
    readonly userId: string;
    readonly issuer: string;
    readonly subject: string;
  };
  /** A login did not come to be. `detail` in one word, as the claim that was wrong. */
  "login-refused": { readonly code: OidcErrorCode; readonly detail: string | undefined };
  /** The user signed out here. `atProvider`: they were sent on to the provider to sign out there too. */
  logout: { readonly sessionId: SessionId; readonly atProvider: boolean };
  /** The provider signed somebody out; how many sessions ended, by their ids. */
  "provider-logout": {
    readonly by: "back-channel" | "front-channel";
    readonly issuer: string;
    readonly subject: string | undefined;
    readonly sid: string | undefined;
    readonly sessionIds: readonly string[];
  };
  /** A logout token was refused. */
  "logout-token-refused": { readonly reason: LogoutRefusal };
  /** The provider issued new tokens for a session. */
  "tokens-renewed": { readonly sessionId: string };
  /** The provider renews no tokens for this session any more. */
  "grant-ended": { readonly sessionId: string };
  /** Something that is done as well as it can be was not: nobody waits for it. */
  "provider-failed": { readonly operation: string; readonly detail: string | undefined };
  /** The store of the connections failed or hung. */
  "store-error": SessionEvents["store-error"];
}
