import {
  chain,
  type HeaderPair,
  type MaybePromise,
  type SessionRequest,
  type Sessions,
} from "@coatcheck/core";
import { fail } from "../config.ts";

/** The form of every token of a server-side session. Whatever else arrives never gets into a header. */
const TOKEN = /^[\w-]+\.[\w-]+$/;

/** How a refresh token is presented to its session's manager, and found in what that answers. */
export interface Carrier {
  /** Nothing for what can be no token. */
  present(token: unknown): SessionRequest | undefined;
  /** The token that the client gets, `"gone"` if it has to forget the one that it has, `undefined` if nothing changes. */
  found(headers: readonly HeaderPair[]): string | "gone" | undefined;
  /**
   * Throws for a manager whose tokens travel in another way: at once, or where its schema takes its time, later. No store and no event hears
   * of it.
   */
  mustFit<Data extends object>(sessions: Sessions<Data>): MaybePromise<void>;
}

/** As the session's cookie travels, though no browser is there. */
export function cookieCarrier(name: string): Carrier {
  return {
    present(token) {
      if (typeof token !== "string" || !TOKEN.test(token)) return;
      return { headers: { cookie: `${name}=${token}` } };
    },

    found(headers) {
      const line = headers.find(([header]) => header === "set-cookie")?.[1];
      if (line === undefined) return;
      if (!line.startsWith(`${name}=`)) fail("cookieName", "must be the cookie.name of sessions");
      const value = line.slice(name.length + 1).split(";", 1)[0] ?? "";
      if (value === "") return "gone";
      // A session that lives in its token has no store to tell a copy from the original.
      if (!TOKEN.test(value))
        fail("sessions", "must keep its sessions in a store, not in the token");
      return value;
    },

    mustFit(sessions) {
      const headers = chain(sessions.open({ headers: {} }), (session) => {
        // Whose it is depends on what the request brings, and Vary names the ways of the manager in their order.
        void session.userId;
        return sessions.commit(session);
      });
      return chain(headers, ([first]) => {
        if (first?.[1] === "Cookie") return;
        fail("sessions", "must have cookie() as its first transport, which is the default");
      });
    },
  };
}
