import { createSessions, memoryStore, type Sessions, type SessionsOptions } from "@coatcheck/core";
import { sealed } from "@coatcheck/core/sealed";
import { redisStore } from "@coatcheck/store-redis";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { redisClient, secrets, temporaryFile, untimed } from "./context.ts";
import type { Deeds } from "./deeds.ts";
import { DATA, type Data } from "./texts.ts";

type Storage = NonNullable<SessionsOptions<Data>["storage"]>;

/** A run logs in more often than the default has room for, and logged-in sessions are never dropped. */
const ROOM = 5_000_000;

const STORAGES: Record<string, () => Storage | Promise<Storage>> = {
  memory: () => memoryStore({ maxSessions: ROOM }),
  redis: async () => redisStore({ client: await redisClient() }),
  "redis-untimed": async () => redisStore({ client: untimed(await redisClient()) }),
  sealed() {
    const [current, older] = secrets();
    return sealed({
      keys: older === undefined ? (current as string) : { current, older },
      revocation: "none",
    });
  },
  sqlite: () => sqliteStore({ path: temporaryFile("sessions.db") }),
};

/** A manager with all defaults but its storage. */
export async function manager(name: string): Promise<Sessions<Data>> {
  const open = STORAGES[name.replace("coatcheck-", "")];
  if (!open) throw new TypeError(`no storage for ${name}`);
  return createSessions<Data>({ storage: await open() });
}

/** All of it is synchronous: the commit is the framework package's work. */
export function coatcheck<Request extends object>(
  sessions: Sessions<Data>,
): Deeds<Request, unknown> {
  return {
    read: (request) => sessions.of(request).get("name"),
    write: (request, value) => sessions.of(request).set("seen", value),
    fill(request) {
      const session = sessions.of(request);
      session.login(DATA.userId);
      Object.assign(session.data, DATA);
    },
    login: (request) => sessions.of(request).login(DATA.userId),
    seen: (request) => sessions.of(request).get("seen"),
    user: (request) => sessions.of(request).userId,
  };
}
