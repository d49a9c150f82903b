import type { Kind } from "../server/message.ts";

/** What a jar was like when a request left. */
export interface Moment {
  readonly cookie: string | undefined;
  readonly epoch: number;
}

/**
 * A browser's jar, which its tabs share. Replies may overtake each other, and a real browser takes whatever comes last: a rotation's
 * cookie after a login's puts it out, and no server can help that. This one does not let it happen, so that
 * whoever is put out was put out by the store.
 */
export class Jar {
  cookie: string | undefined;
  /** Counts logins and logouts. */
  epoch = 0;

  /** A request leaves, with what the jar has now. */
  leave(): Moment {
    return { cookie: this.cookie, epoch: this.epoch };
  }

  /** What the request with this reply asked for decides which replies it may overtake. */
  take(value: string, kind: Kind, sent: Moment): void {
    const identity = kind === "login" || kind === "logout";
    if (identity ? this.epoch !== sent.epoch : this.cookie !== sent.cookie) return;
    this.cookie = value === "" ? undefined : value;
    if (identity) this.epoch += 1;
  }

  /** The window is closed: nobody comes with this cookie again. */
  abandon(): void {
    this.cookie = undefined;
    this.epoch += 1;
  }
}
