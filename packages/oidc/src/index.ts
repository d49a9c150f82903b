export type { Connection, TokenSet } from "./connection/connection.ts";
export type { Connections } from "./connection/connections.ts";
export type { Identity, SignedOut } from "./connection/identity.ts";
export type { Answer } from "./http/answer.ts";
export type { AuthRequest } from "./http/request.ts";
