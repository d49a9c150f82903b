import type { SessionStore } from "@coatcheck/core";
import { type ManualClock, manualClock, seededRandom, stepStore, testId } from "@coatcheck/testkit";
import type { Connection, TokenSet } from "../../../packages/oidc/src/connection/connection.ts";
import type { Connections } from "../../../packages/oidc/src/connection/connections.ts";
import { createConnections } from "../../../packages/oidc/src/connection/create-connections.ts";
import type { Identity } from "../../../packages/oidc/src/connection/identity.ts";
import type { OpenPlain } from "../../interleavings/stores.ts";

/** 32 bytes that look random. */
const KEY = "3q2-7wQx9Zt5bK1mVn8sRj4uYf6hLc0pGd2eXa7iTMo";
const HOUR = 3_600_000;
export const ISSUER = "https://id.example";

/** Takes something out of the store, to see whether that is noticed. */
export type Mutation = (store: SessionStore) => SessionStore;

/** One process: its own connections over the store of all. */
export interface Side {
  readonly connections: Connections;
  /** A login as the callback does it: the session is stored first, and revoked if its provider has signed the user out. `true`: the client has a session. */
  login(connection: Connection): Promise<boolean>;
}

export interface RaceWorld {
  readonly step: ReturnType<typeof stepStore>;
  readonly clock: ManualClock;
  readonly store: SessionStore;
  /** Not parked: for what was before the race, and to look at what came of it. */
  readonly beside: Side;
  readonly sides: readonly [Side, Side];
  /** The sessions that live. */
  readonly sessions: Set<string>;
  /** How often the provider was asked for new tokens. */
  readonly renewals: TokenSet[];
  dispose(): Promise<void>;
}

/** Two processes, each of whose store calls waits for its turn. */
export async function openWorld(
  open: OpenPlain,
  mutate: Mutation = (store) => store,
): Promise<RaceWorld> {
  const clock = manualClock();
  const store = await open(clock);
  const step = stepStore(mutate(store));
  const bell = bellOf(step);
  const sessions = new Set<string>();
  const side = (name: string, over: SessionStore): Side => {
    const connections = createConnections({
      store: over,
      keys: KEY,
      clock,
      random: seededRandom(name),
      storeTimeout: "1h",
      pause: bell,
      revoke: async (id) => sessions.delete(id),
    });
    return {
      connections,
      async login(connection) {
        sessions.add(connection.sessionId);
        if (await connections.begin(connection)) return true;
        sessions.delete(connection.sessionId);
        return false;
      },
    };
  };
  return {
    step,
    clock,
    store,
    beside: side("beside", store),
    sides: [side("a", step), side("b", step)],
    sessions,
    renewals: [],
    dispose: async () => store.close?.(),
  };
}

/** Who waits goes on when the other has got somewhere: time has nothing to do with it. */
function bellOf(step: ReturnType<typeof stepStore>): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const { release } = step;
  step.release = async (index) => {
    // Nobody by a step of their own, or who waits would be called for ever.
    const called = waiting.splice(0);
    await release(index);
    for (const go of called) go();
  };
  return () => new Promise((go) => waiting.push(go));
}

export function connectionOf(
  { clock }: RaceWorld,
  name: string,
  identity: Partial<Identity> = {},
  fields: Partial<Connection> = {},
): Connection {
  return {
    sessionId: testId(name),
    identity: { issuer: ISSUER, subject: "ada", ...identity },
    issuedAt: clock(),
    expiresAt: clock() + HOUR,
    tokens: { idToken: "first", refreshToken: "refresh 1", accessToken: "access 1" },
    ...fields,
  };
}
