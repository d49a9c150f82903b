export type { Duration } from "./duration.ts";
export { ClientStoreError, type ClientStoreErrorCode } from "./errors.ts";
export type { AccessToken } from "./session/access.ts";
export { type SessionClient, sessionClient } from "./session/client.ts";
export type { Draft, Drafts } from "./session/drafts.ts";
export type { SessionChange, SessionClientState, SessionReport } from "./session/knowledge.ts";
export type { DraftStore, SessionClientOptions } from "./session/options.ts";
