import { createSessions, memoryStore, type SessionStore } from "@coatcheck/core";
import { sealed } from "@coatcheck/core/sealed";
import { DATA, type Data } from "../tax/servers/texts.ts";
import { KEY } from "./key.ts";
import { later } from "./later.ts";
import type { Operation } from "./operation.ts";
import { clock, requestHeaders, signedIn } from "./visitor.ts";

/** Whole requests, of all that the core does for them, by each kind of storage. */
export async function requests(): Promise<Operation[]> {
  const storages = {
    memory: memoryStore({ clock, maxSessions: 1_000_000 }),
    "a store that answers later": later(memoryStore({ clock, maxSessions: 1_000_000 })),
    sealed: sealed({ keys: KEY, revocation: "none" }),
  };
  const lists = Object.entries(storages).map(([name, storage]) => requestsTo(name, storage));
  return (await Promise.all(lists)).flat();
}

async function requestsTo(
  name: string,
  storage: SessionStore | ReturnType<typeof sealed>,
): Promise<Operation[]> {
  const sessions = createSessions<Data>({ storage, clock });
  const cookie = await signedIn(sessions);
  const known = { headers: requestHeaders(cookie) };
  const stranger = { headers: requestHeaders() };
  let seen = DATA.seen;

  const request = (headers: typeof known, deed: (session: Opened) => unknown) => () => {
    const session = sessions.open(headers);
    if (session instanceof Promise) return session.then(act);
    return act(session);
    function act(opened: Opened) {
      deed(opened);
      return sessions.commit(opened);
    }
  };
  type Opened = Awaited<ReturnType<typeof sessions.open>>;
  return [
    { name: `${name}: open`, run: () => sessions.open(known) },
    { name: `${name}: open, commit without a look`, run: request(known, () => undefined) },
    { name: `${name}: open, read, commit`, run: request(known, (it) => it.get("name")) },
    {
      name: `${name}: open, set one key, commit`,
      run: request(known, (it) => it.set("seen", seen++)),
    },
    {
      name: `${name}: new visitor, open, read, commit`,
      run: request(stranger, (it) => it.get("name")),
    },
    {
      name: `${name}: new visitor, open, login, commit`,
      run: request(stranger, (it) => it.login(DATA.userId)),
    },
  ];
}
