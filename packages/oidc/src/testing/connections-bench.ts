import { memoryStore, type SessionStore } from "@coatcheck/core";
import { type ManualClock, manualClock, seededRandom, testId } from "@coatcheck/testkit";
import type { Connection, TokenSet } from "../connection/connection.ts";
import type { Connections } from "../connection/connections.ts";
import { type ConnectionsOptions, createConnections } from "../connection/create-connections.ts";
import type { Identity } from "../connection/identity.ts";

/** 32 bytes that look random. */
export const KEY = "3q2-7wQx9Zt5bK1mVn8sRj4uYf6hLc0pGd2eXa7iTMo";
export const OTHER_KEY = "Zr8kVd3sQm1yXw6tBn9cJh2gLf5pUa7eRi4oTzKWvYM";

export const HOUR = 3_600_000;

export interface ConnectionsBench {
  readonly clock: ManualClock;
  readonly store: SessionStore;
  readonly connections: Connections;
  /** The sessions that live; `revoke` takes them away. */
  readonly sessions: Set<string>;
  readonly revoked: string[];
  /** Another process over the same store. */
  another(options?: Partial<ConnectionsOptions>): Connections;
  /** A connection that began now. */
  connection(name: string, identity?: Partial<Identity>, tokens?: Partial<TokenSet>): Connection;
  /** The same for a session that lives. */
  begin(name: string, identity?: Partial<Identity>, tokens?: Partial<TokenSet>): Promise<string>;
}

export function connectionsBench(options: Partial<ConnectionsOptions> = {}): ConnectionsBench {
  const clock = manualClock();
  const { store = memoryStore({ clock }) } = options;
  const sessions = new Set<string>();
  const revoked: string[] = [];
  const another = (more: Partial<ConnectionsOptions> = {}) =>
    createConnections({
      store,
      keys: KEY,
      clock,
      random: seededRandom("connections"),
      revoke: async (id) => {
        revoked.push(id);
        return sessions.delete(id);
      },
      ...options,
      ...more,
    });
  const connections = another();
  const connection: ConnectionsBench["connection"] = (name, identity, tokens) => ({
    sessionId: testId(name),
    identity: { issuer: "https://id.example", subject: "ada", sid: `sid of ${name}`, ...identity },
    issuedAt: clock(),
    expiresAt: clock() + 12 * HOUR,
    tokens: { idToken: `id token of ${name}`, ...tokens },
  });
  return {
    clock,
    store,
    connections,
    sessions,
    revoked,
    another,
    connection,
    async begin(name, identity, tokens) {
      const it = connection(name, identity, tokens);
      sessions.add(it.sessionId);
      await connections.begin(it);
      return it.sessionId;
    },
  };
}
