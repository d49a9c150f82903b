import { createSessions, type Session, type SessionStore, type Sessions } from "@coatcheck/core";
import { manualClock, seededRandom, stepStore, type World } from "@coatcheck/testkit";
import { type Data, type Operation, perform, type Side, USER } from "./operations.ts";
import type { OpenPlain } from "./stores.ts";

export const COOKIE = "__Host-id";

/** What one request left behind. */
export interface Outcome {
  /** The token that its response sets; `""` for one that clears it, `undefined` for neither. */
  readonly sets: string | undefined;
  /** It found the session. One that comes after a login or a destroy, with the token of before, must not. */
  readonly joined: boolean;
}

/** Two requests on one session, over a store that parks each call. */
export interface RaceWorld extends World<Outcome, Outcome> {
  /** A manager that is not parked, to look at what came of it. */
  readonly after: Sessions<Data>;
  readonly store: SessionStore;
  readonly token: string;
  readonly id: string;
  readonly lost: string[];
}

/** How the session stands before the race. */
export type Start = "anonymous" | "logged in";

export async function race(
  open: OpenPlain,
  start: Start,
  [first, second]: readonly [Operation, Operation],
): Promise<RaceWorld> {
  const clock = manualClock();
  const store = await open(clock);
  const step = stepStore(store);
  const before = createSessions<Data>({ storage: store, clock, random: seededRandom("before") });
  const after = createSessions<Data>({ storage: store, clock, random: seededRandom("after") });
  const racing = createSessions<Data>({
    storage: step,
    clock,
    random: seededRandom("race"),
    // A call is parked for as long as the test wants, also on a machine that is busy with something else.
    storeTimeout: "1h",
  });
  const lost: string[] = [];
  racing.events.on("commit-lost", ({ reason }) => lost.push(reason));
  const token = await begin(before, start);
  return {
    step,
    run: [() => request(racing, token, first, "a"), () => request(racing, token, second, "b")],
    after,
    store,
    token,
    id: token.slice(0, token.indexOf(".")),
    lost,
    dispose: () => store.close?.(),
  };
}

async function begin(sessions: Sessions<Data>, start: Start): Promise<string> {
  const session = await sessions.open({ headers: {} });
  session.set("before", "kept");
  if (start === "logged in") session.login(USER);
  return tokenOf(await sessions.commit(session)) ?? "";
}

async function request(
  sessions: Sessions<Data>,
  token: string,
  operation: Operation,
  side: Side,
): Promise<Outcome> {
  const session = await openWith(sessions, token);
  const joined = !session.isNew;
  perform(operation, session, side);
  return { sets: tokenOf(await sessions.commit(session)), joined };
}

export async function openWith(sessions: Sessions<Data>, token: string): Promise<Session<Data>> {
  return sessions.open({ headers: { cookie: `${COOKIE}=${token}` } });
}

function tokenOf(headers: ReadonlyArray<readonly [string, string]>): string | undefined {
  const line = headers.find(([name]) => name === "set-cookie")?.[1];
  return line?.slice(COOKIE.length + 1, line.indexOf(";"));
}
