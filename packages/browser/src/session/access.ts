import { type Duration, milliseconds } from "../duration.ts";
import { exclusive } from "../store/exclusive.ts";

export interface AccessToken {
  readonly token: string;
  /** From now on. Default: until the server says 401. */
  readonly expiresIn?: Duration;
}

/** The access token of this page. It is in this closure and nowhere else: what a script could read later is not stored at all. */
export interface Access {
  /** One that is good, as far as known; `undefined` if nobody is signed in. */
  current(): Promise<string | undefined>;
  /** Another one than `stale`. However many ask, there is one refresh. */
  renew(stale: string | undefined): Promise<string | undefined>;
  take(token: AccessToken | undefined): void;
  /** Somebody may be signed in again. */
  hope(): void;
}

export function access(
  name: string,
  refresh: () => Promise<AccessToken | undefined>,
  clock: () => number,
): Access {
  // Tabs take turns: two refreshes at once with one refresh token look like its theft (RFC 9700 section 4.14.2).
  const inTurn = exclusive(name);
  /** `null`: nobody is signed in. */
  let held: { token: string; until: number } | null | undefined;
  let flight: Promise<string | undefined> | undefined;
  let epoch = 0;

  const take = (next: AccessToken | undefined): void => {
    epoch++;
    flight = undefined;
    held = next
      ? { token: next.token, until: clock() + milliseconds(next.expiresIn, "expiresIn") }
      : null;
  };
  const begin = async (): Promise<string | undefined> => {
    const began = epoch;
    const next = await inTurn(true, refresh);
    // Somebody has signed in or out meanwhile: that counts.
    if (began === epoch) take(next);
    return held?.token;
  };
  const renew = async (stale: string | undefined): Promise<string | undefined> => {
    if (held === null || (held && held.token !== stale)) return held?.token;
    if (!flight) {
      const mine = begin().finally(() => {
        if (flight === mine) flight = undefined;
      });
      flight = mine;
    }
    return flight;
  };
  return {
    async current() {
      return held && clock() < held.until ? held.token : renew(held?.token);
    },
    renew,
    take,
    hope() {
      held ??= undefined;
    },
  };
}
