/** After a request of unknown outcome, how long it may still be carried out. */
export const LATE_MS = 10_000;

/** What the ledger knows of one user beside the sessions. */
export interface User {
  readonly name: string;
  /** Logins of unknown outcome: each may have made a session that nobody knows, and ended one of the others. */
  unknownLogins: number;
  /** How many missing sessions were put down to them. */
  excused: number;
  /** A `revokeUser` of unknown outcome may still end sessions until then. */
  doubtUntil: number;
}

export class Users {
  readonly byName = new Map<string, User>();

  get(name: string): User {
    let user = this.byName.get(name);
    if (user === undefined) {
      user = { name, unknownLogins: 0, excused: 0, doubtUntil: 0 };
      this.byName.set(name, user);
    }
    return user;
  }

  /** Whether a login of unknown outcome may have ended one more session of this user. */
  excuse(name: string | undefined): boolean {
    const user = name === undefined ? undefined : this.byName.get(name);
    if (user === undefined || user.excused >= user.unknownLogins) return false;
    user.excused += 1;
    return true;
  }
}
