import {
  createSessions,
  memoryStore,
  type Session,
  type SessionStore,
  type Sessions,
} from "@coatcheck/core";
import { sealed } from "@coatcheck/core/sealed";
import {
  type ManualClock,
  manualClock,
  seededRandom,
  stepStore,
  type World,
} from "@coatcheck/testkit";
import {
  type Data,
  fromElsewhere,
  type Operation,
  perform,
  type Side,
  USER,
} from "./operations.ts";

const COOKIE = "__Host-id";
/** 32 bytes that look random. */
const KEY = "3q2-7wQx9Zt5bK1mVn8sRj4uYf6hLc0pGd2eXa7iTMo";

/** How the session stands before the race. `"rotated"`: its token awaits its first use. */
export type Start = "anonymous" | "logged in" | "rotated";
export const STARTS: readonly Start[] = ["anonymous", "logged in", "rotated"];

/** Wraps the revocation store, to take something out of it. */
export type Mutation = (store: SessionStore) => SessionStore;

export interface Outcome {
  /** The token that its response sets; `""` for one that clears it, `undefined` for neither. */
  readonly sets: string | undefined;
  /** It found the session. */
  readonly joined: boolean;
}

export interface RaceWorld extends World<Outcome, Outcome> {
  readonly clock: ManualClock;
  /** A manager that is not parked, to look at what came of it. */
  readonly after: Sessions<Data>;
  readonly token: string;
  readonly id: string;
  readonly start: Start;
  readonly reused: string[];
}

export interface RaceOptions {
  readonly limited: boolean;
  readonly mutation?: Mutation;
}

export async function race(
  start: Start,
  [first, second]: readonly [Operation, Operation],
  { limited, mutation = (store) => store }: RaceOptions,
): Promise<RaceWorld> {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const step = stepStore(mutation(store));
  const reused: string[] = [];
  const manager = (name: string, revocation: SessionStore): Sessions<Data> => {
    const sessions = createSessions<Data>({
      storage: sealed({ keys: KEY, revocation }),
      clock,
      random: seededRandom(name),
      storeTimeout: "1h",
      ...(limited && { limits: { perUser: 5 } }),
    });
    sessions.events.on("reuse-detected", ({ id }) => reused.push(id));
    return sessions;
  };
  const before = manager("before", store);
  const { token, id } = await begin(before, start);
  const isShared = (of: string): boolean =>
    of === id || first === "revoke user" || second === "revoke user";
  const racing = manager("race", only(isShared, step, mutation(store)));
  const task = (operation: Operation, side: Side) => async (): Promise<Outcome> => {
    if (await fromElsewhere(operation, racing, id)) return { sets: undefined, joined: true };
    const session = await openWith(racing, token);
    const joined = !session.isNew;
    perform(operation, session, side);
    return { sets: tokenOf(await racing.commit(session)), joined };
  };
  return {
    step,
    run: [task(first, "a"), task(second, "b")],
    clock,
    after: manager("after", store),
    token,
    id,
    start,
    reused,
  };
}

/**
 * Parks the calls about what both tasks have to do with. The rest, as a new session's first entry, is nobody else's business: in which
 * order it comes makes no difference, and the schedules are a tenth.
 */
function only(
  isShared: (id: string) => boolean,
  step: SessionStore,
  free: SessionStore,
): SessionStore {
  const by = (id: string): SessionStore => (isShared(id) ? step : free);
  return {
    read: (id) => by(id).read(id),
    create: (record, limit) => by(record.id).create(record, limit),
    update: (record, version, limit) => by(record.id).update(record, version, limit),
    touch: (id, times) => by(id).touch(id, times),
    destroy: (id) => by(id).destroy(id),
    listByUser: (userId) => step.listByUser?.(userId) ?? [],
    destroyByUser: (userId, except) => step.destroyByUser?.(userId, except) ?? [],
  };
}

async function begin(
  sessions: Sessions<Data>,
  start: Start,
): Promise<{ token: string; id: string }> {
  const session = await sessions.open({ headers: {} });
  session.set("before", "kept");
  if (start !== "anonymous") session.login(USER);
  let token = tokenOf(await sessions.commit(session)) ?? "";
  if (start === "rotated") {
    const again = await openWith(sessions, token);
    again.rotate();
    token = tokenOf(await sessions.commit(again)) ?? "";
  }
  return { token, id: session.id };
}

export async function openWith(sessions: Sessions<Data>, token: string): Promise<Session<Data>> {
  return sessions.open({ headers: { cookie: `${COOKIE}=${token}` } });
}

function tokenOf(headers: ReadonlyArray<readonly [string, string]>): string | undefined {
  const line = headers.find(([name]) => name === "set-cookie")?.[1];
  return line?.slice(COOKIE.length + 1, line.indexOf(";"));
}
