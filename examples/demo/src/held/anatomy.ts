import type { StorageKind } from "../storage/kinds.ts";
import { type JwtAnatomy, jwtAnatomy } from "./jwt.ts";
import { type SealedAnatomy, sealedAnatomy } from "./sealed.ts";
import { type TicketAnatomy, ticketAnatomy } from "./ticket.ts";

/** What a browser holds of a session: a cookie, taken apart. Nothing in it is enough to put the token together again. */
export interface Held {
  readonly cookieName: string;
  /** Bytes of name and value, of which browsers take 4096. */
  readonly size: number;
  readonly anatomy: Anatomy;
  /** It was set by this response, to outlive the browser. */
  readonly isLasting?: boolean;
}

export type Anatomy = TicketAnatomy | SealedAnatomy | JwtAnatomy;

const anatomists: Readonly<Record<StorageKind, (token: string) => Anatomy | undefined>> = {
  store: ticketAnatomy,
  sealed: sealedAnatomy,
  jwt: jwtAnatomy,
};

/** `undefined` for what is no such token: a browser may hold anything under a name. */
export function heldIn(cookieName: string, token: string, kind: StorageKind): Held | undefined {
  const anatomy = anatomists[kind](token);
  return anatomy && { cookieName, size: sizeOf(cookieName, token), anatomy };
}

export function sizeOf(cookieName: string, token: string): number {
  return Buffer.byteLength(cookieName + token);
}
