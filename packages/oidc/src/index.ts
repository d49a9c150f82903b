export type { Connection, TokenSet } from "./connection/connection.ts";
export type { Identity } from "./connection/identity.ts";
export { OidcError, type OidcErrorCode } from "./errors.ts";
export type { OidcEvents } from "./events/events.ts";
export type { Answer } from "./http/answer.ts";
export type { AuthRequest } from "./http/request.ts";
export { createOidc, type Oidc } from "./oidc.ts";
export type { LoginFacts, OidcOptions, SigningAlgorithm } from "./options/options.ts";
