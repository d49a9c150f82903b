import type { SessionId, SessionRecord } from "@coatcheck/core";
import type { Sealer } from "@coatcheck/core/token-storage";
import type { Connection, TokenSet } from "./connection.ts";
import { sidIndex, subjectIndex } from "./derived-id.ts";
import type { Identity } from "./identity.ts";
import { contentOf, isObject, recordOf } from "./record.ts";

/** What the store has of a connection in the clear: digests and a time. The rest is in the seal. */
export interface Plain {
  /** Digest of issuer and `sid`. */
  readonly sid?: string | undefined;
  /** Somebody renews the tokens; it counts for nothing any more from this moment on, in milliseconds since the epoch. */
  readonly renewingUntil?: number | undefined;
}

/** A connection as a record, of which only who has a key reads more than that it is. */
export function sealConnection(
  sealer: Sealer,
  connection: Connection,
  { createdAt, version }: Pick<SessionRecord, "createdAt" | "version">,
): SessionRecord {
  const { sessionId, identity, expiresAt } = connection;
  const { issuer, sid } = identity;
  return recordOf(
    { id: sessionId as SessionId, userId: subjectIndex(identity), createdAt, expiresAt },
    {
      sid: sid === undefined ? undefined : sidIndex(issuer, sid),
      sealed: sealer.seal(JSON.stringify(connection), expiresAt),
    },
    version,
  );
}

/** Whether a record is a connection's, and what of it needs no key. */
export function plainOf(record: SessionRecord): Plain {
  const { sid, renewingUntil } = contentOf(record);
  return {
    sid: typeof sid === "string" ? sid : undefined,
    renewingUntil: typeof renewingUntil === "number" ? renewingUntil : undefined,
  };
}

/** The same record with another claim on the renewal of its tokens, or without. */
export function claimed(record: SessionRecord, renewingUntil: number | undefined): SessionRecord {
  const { v: _, ...content } = contentOf(record);
  return { ...record, ...stateOf(record, { ...content, renewingUntil }) };
}

function stateOf(record: SessionRecord, content: object): Pick<SessionRecord, "state" | "version"> {
  const { state, version } = recordOf(record, content, record.version + 1);
  return { state, version };
}

/**
 * The connection in a record. `undefined` if no key opens it, or if it is another session's or another user's: who can write to the store must not be
 * able to give a session somebody else's tokens. Also if it is not of `issuer`, where that is given: no provider may be shown another one's tokens.
 */
export function openConnection(
  sealer: Sealer,
  record: SessionRecord,
  issuer?: string | undefined,
): Connection | undefined {
  const { sealed } = contentOf(record);
  const opened = typeof sealed === "string" ? sealer.open(sealed) : undefined;
  if (!opened?.ok) return undefined;
  const connection: unknown = JSON.parse(opened.text);
  if (!isConnection(connection)) return undefined;
  const own =
    connection.sessionId === record.id && subjectIndex(connection.identity) === record.userId;
  return own && isOf(connection, issuer) ? connection : undefined;
}

/** Several providers of one application may share a store. */
export function isOf({ identity }: Connection, issuer: string | undefined): boolean {
  return issuer === undefined || identity.issuer === issuer;
}

function isConnection(value: unknown): value is Connection {
  return isObject(value) && isIdentity(value.identity) && isTokenSet(value.tokens);
}

function isIdentity(value: unknown): value is Identity {
  return isObject(value) && typeof value.issuer === "string" && typeof value.subject === "string";
}

function isTokenSet(value: unknown): value is TokenSet {
  return isObject(value) && typeof value.idToken === "string";
}
