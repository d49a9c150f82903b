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
  const flags = (remember ? 1 : 0) + (registered ? 2 : 0);
  const times = `${createdAt},${endsAt - createdAt},${lastSeenAt - createdAt},${epoch},${since - createdAt}`;
  let head = `[${FORMAT},"${id}",${times},${flags}`;
  // What nobody has need not be said.
  const last = auth ? 4 : lineage !== undefined ? 3 : flash ? 2 : userId !== null ? 1 : 0;
  if (last > 0) {
    const at = userId === null ? null : (authenticatedAt ?? createdAt) - createdAt;
    head += `,${JSON.stringify(userId)},${at}`;
  }
  if (last > 1) head += `,${JSON.stringify(flash ?? null)}`;
  if (last > 2) head += `,${JSON.stringify(lineage ?? null)}`;
  if (last > 3) head += `,${JSON.stringify(auth)}`;
  return `${head}]\n${data}`;
}

/** The session again, or `undefined` for a text that this version did not write. */
export function sessionOf(text: string, expiresAt: number): CarriedSession | undefined {
  const line = text.indexOf("\n");
  const head = line === -1 ? undefined : listOf(text.slice(0, line));
  if (head === undefined) return undefined;
  // By its place, as destructuring a list costs more than all else here.
  const id = head[1];
  const from = head[2];
  const ends = head[3];
  const seen = head[4];
  const epoch = head[5];
  const since = head[6];
  const flags = head[7];
  const userId = head[8] ?? null;
  const at = head[9] ?? null;
  const flash = head[10] ?? undefined;
  const lineage = head[11] ?? undefined;
  const auth = head[12] ?? undefined;
  if (head[0] !== FORMAT || !isSessionId(id)) return undefined;
  if (!isCount(from) || !isCount(ends) || !isCount(seen)) return undefined;
  if (!isCount(epoch) || !isCount(since) || !isCount(flags)) return undefined;
  if (userId === null ? at !== null : typeof userId !== "string" || !isCount(at)) return undefined;
  if (flash !== undefined && !isObject(flash)) return undefined;
  if (lineage !== undefined && typeof lineage !== "string") return undefined;
  if (auth !== undefined && !isObject(auth)) return undefined;
  return {
    id,
    lineage,
    epoch,
    since: from + since,
    userId: userId as string | null,
    createdAt: from,
    authenticatedAt: at === null ? null : from + (at as number),
    lastSeenAt: from + seen,
    expiresAt,
    endsAt: from + ends,
    remember: (flags & 1) === 1 || undefined,
    registered: (flags & 2) === 2 || undefined,
    flash,
    auth,
    data: text.slice(line + 1),
  };
}

function listOf(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
