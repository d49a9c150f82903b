/** What the endpoint tells: `sessionEndpoint` of the framework packages. Times by the server's clock, in milliseconds. */
export interface SessionReport {
  readonly signedIn: boolean;
  readonly id?: string;
  readonly userId?: string;
  readonly actorId?: string;
  readonly createdAt?: number;
  readonly authenticatedAt?: number;
  readonly lastSeenAt?: number;
  readonly expiresAt?: number;
  readonly absoluteExpiresAt?: number;
  readonly idleTimeout?: number;
  readonly touchEvery?: number;
  readonly elevatedUntil?: number;
  readonly resumed: boolean;
  readonly now: number;
}

/**
 * `"unknown"`: the endpoint has not answered yet. `"expiring"`: within `warnBefore` of the end. `"expired"`: somebody was signed in on this page, and the session has ended by itself or
 * elsewhere. `"anonymous"`: nobody is, or somebody has signed out. `"offline"`: somebody is signed in, as far as known, and the server does not answer.
 */
export type SessionClientState =
  | "unknown"
  | "anonymous"
  | "signed-in"
  | "expiring"
  | "expired"
  | "offline";

export interface SessionChange {
  readonly state: SessionClientState;
  readonly before: SessionClientState;
  /** Who is signed in. */
  readonly userId: string | undefined;
}

/** What the tabs of a page know together. */
export interface Knowledge {
  readonly report: SessionReport;
  /** When the report was asked for, by this device's clock: of two the later one counts. */
  readonly askedAt: number;
  /** The last report's own end, whatever requests have moved since: that is when to ask again. */
  readonly confirmed: number;
  /** Who is signed in, or was until the session ended. */
  readonly userId: string | undefined;
  /** Somebody was signed in and did not sign out. */
  readonly ended: boolean;
}

/** A report that was asked for at that time. */
export function learn(
  before: Knowledge | undefined,
  report: SessionReport,
  askedAt: number,
): Knowledge {
  const ended = !report.signedIn && !!before && (before.report.signedIn || before.ended);
  const userId = ended ? before.userId : report.userId;
  return { report, askedAt, userId, ended, confirmed: endOf(report, askedAt) };
}

/** Somebody signed out. */
export function signedOut(now: number): Knowledge {
  return learn(undefined, { signedIn: false, resumed: false, now }, now);
}

/** A request left at that time, and the server answered: as the server does, by its rules. */
export function seen(known: Knowledge, at: number): Knowledge {
  const { report, askedAt } = known;
  const { lastSeenAt, idleTimeout, touchEvery = 0, absoluteExpiresAt = Infinity, now } = report;
  const when = at - askedAt + now;
  if (
    !report.signedIn ||
    lastSeenAt === undefined ||
    idleTimeout === undefined ||
    at >= expiry(known) ||
    when - lastSeenAt < touchEvery
  ) {
    return known;
  }
  const expiresAt = Math.min(when + idleTimeout, absoluteExpiresAt);
  return { ...known, report: { ...report, lastSeenAt: when, expiresAt } };
}

/** The session's end by this device's clock. Counted from when the question left, so that it is early rather than late. */
export function expiry({ report, askedAt }: Knowledge): number {
  return endOf(report, askedAt);
}

function endOf({ expiresAt = Infinity, now }: SessionReport, askedAt: number): number {
  return askedAt + expiresAt - now;
}

/** Whether it counts in place of what is known. What was asked for in the future was so before the clock was set back. */
export function isNewer(next: Knowledge, known: Knowledge | undefined, now: number): boolean {
  if (!known || known.askedAt > now || next.askedAt > known.askedAt) return true;
  if (next.askedAt < known.askedAt) return false;
  const [after = 0, before = 0] = [next.report.lastSeenAt, known.report.lastSeenAt];
  return after >= before || !next.report.signedIn;
}

export function stateOf(
  known: Knowledge | undefined,
  offline: boolean,
  now: number,
  warnBefore: number,
): SessionClientState {
  if (!known) return offline ? "offline" : "unknown";
  if (!known.report.signedIn) return known.ended ? "expired" : "anonymous";
  const left = expiry(known) - now;
  if (left <= 0) return "expired";
  if (offline) return "offline";
  return left <= warnBefore ? "expiring" : "signed-in";
}

/** When to look again; `Infinity`: by itself nothing changes. */
export function nextLook(known: Knowledge | undefined, now: number, warnBefore: number): number {
  if (!known?.report.signedIn) return Infinity;
  const end = expiry(known);
  return Math.min(
    ...[known.confirmed - warnBefore, end - warnBefore, end].map((at) =>
      at > now ? at : Infinity,
    ),
  );
}
