import { isObject } from "../object.ts";
import type { CarriedSession } from "../stateless/codec.ts";
import { isSessionId } from "../token/token.ts";

/** A version that reads another one must know it. */
const FORMAT = 1;

/**
 * A session as the text that is sealed: a list of what the core needs, a line end, the application's data as it is. Times are
 * told from `createdAt`, as every character costs a third more in the cookie. When it expires the seal itself says.
 */
export function sessionText(session: CarriedSession): string {
  const { id, epoch, since, userId, createdAt, authenticatedAt, lastSeenAt, endsAt } = session;
  const { remember, registered, flash, lineage, auth, data } = session;
  const head = [
    FORMAT,
    id,
    createdAt,
    endsAt - createdAt,
    lastSeenAt - createdAt,
    epoch,
    since - createdAt,
    (remember ? 1 : 0) + (registered ? 2 : 0),
  ];
  const login =
    userId === null ? [null, null] : [userId, (authenticatedAt ?? createdAt) - createdAt];
  // What nobody has need not be said.
  const extras = [flash ?? null, lineage ?? null, auth ?? null];
  while (extras.at(-1) === null) extras.pop();
  const rest = extras[0] !== undefined || userId !== null ? [...login, ...extras] : [];
  return `${JSON.stringify([...head, ...rest])}\n${data}`;
}

/** The session again, or `undefined` for a text that this version did not write. */
export function sessionOf(text: string, expiresAt: number): CarriedSession | undefined {
  const line = text.indexOf("\n");
  if (line === -1) return undefined;
  let head: unknown;
  try {
    head = JSON.parse(text.slice(0, line));
  } catch {
    return undefined;
  }
  if (!Array.isArray(head)) return undefined;
  const [format, id, createdAt, ends, seen, epoch, since, flags, ...rest] =
    head as readonly unknown[];
  const [userId = null, at = null, ...optional] = rest;
  const [flash, lineage, auth] = optional.map((it) => it ?? undefined);
  const numbers = [createdAt, ends, seen, epoch, since, flags].every((it) =>
    Number.isSafeInteger(it),
  );
  const login =
    userId === null ? at === null : typeof userId === "string" && Number.isSafeInteger(at);
  const valid = format === FORMAT && isSessionId(id) && numbers && login;
  if (!valid || (flash !== undefined && !isObject(flash))) return undefined;
  if (lineage !== undefined && typeof lineage !== "string") return undefined;
  if (auth !== undefined && !isObject(auth)) return undefined;
  const from = createdAt as number;
  return {
    id,
    lineage,
    epoch: epoch as number,
    since: from + (since as number),
    userId: userId as string | null,
    createdAt: from,
    authenticatedAt: at === null ? null : from + (at as number),
    lastSeenAt: from + (seen as number),
    expiresAt,
    endsAt: from + (ends as number),
    remember: ((flags as number) & 1) === 1 || undefined,
    registered: ((flags as number) & 2) === 2 || undefined,
    flash,
    auth,
    data: text.slice(line + 1),
  };
}
