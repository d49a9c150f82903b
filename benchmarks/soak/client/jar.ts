import type { Kind } from "../server/message.ts";

/** What a jar was like when a request left. */
export interface Moment {
  readonly cookie: string | undefined;
  readonly epoch: number;
  /** How often the cookie had changed. */
  readonly turn: number;
}

/** A record remembers four tokens that were rotated away: a request that comes with the fifth is a stranger's. */
const TURNS = 2;

/**
 * A browser's jar, which its tabs share. Replies may overtake each other, and a real browser takes whatever comes last: a rotation's
 * cookie after a login's puts it out, and no server can help that. This one does not let it happen, so that
 * whoever is put out was put out by the store.
 */
export class Jar {
  cookie: string | undefined;
  /** Counts logins and logouts. */
  epoch = 0;
  #turn = 0;
  readonly #out = new Set<Moment>();

  /** A request leaves, with what the jar has now. */
  leave(): Moment {
    const moment = { cookie: this.cookie, epoch: this.epoch, turn: this.#turn };
    this.#out.add(moment);
    return moment;
  }

  back(moment: Moment): void {
    this.#out.delete(moment);
  }

  /** Whether no request is out with a cookie that further rotations would make worthless before it has arrived. */
  get mayRotate(): boolean {
    for (const { turn } of this.#out) if (this.#turn - turn >= TURNS) return false;
    return true;
  }

  /** What the request with this reply asked for decides which replies it may overtake. */
  take(value: string, kind: Kind, sent: Moment): void {
    const identity = kind === "login" || kind === "logout";
    if (identity ? this.epoch !== sent.epoch : this.cookie !== sent.cookie) return;
    this.cookie = value === "" ? undefined : value;
    this.#turn += 1;
    if (identity) this.epoch += 1;
  }

  /** The window is closed: nobody comes with this cookie again. */
  abandon(): void {
    this.cookie = undefined;
    this.epoch += 1;
  }
}
