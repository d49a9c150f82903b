import { subscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { sessionEventNames } from "../session-event-names.ts";
import type { SessionStore } from "../store/contract.ts";
import { bench } from "../testing/bench.ts";
import { createSessions } from "./manager.ts";

/** What `spell` makes of a value; nothing where it makes nothing. */
function spelled(spell: () => string | undefined): string {
  try {
    return spell() ?? "";
  } catch {
    return "";
  }
}

/** All the ways in which an object ends up in a log. */
function spellings(value: unknown): string {
  const json = spelled(() => JSON.stringify(value));
  const options = { depth: 20, showHidden: true, getters: true, showProxy: true } as const;
  const error = value instanceof Error ? `${value.stack} ${inspect(value.cause, options)}` : "";
  return [spelled(() => String(value)), json, inspect(value), inspect(value, options), error].join(
    "\n",
  );
}

describe("G15 tokens never leak", () => {
  test("G15 from a whole life of sessions, no token or secret is in any session, manager, event or error", async () => {
    const seen: unknown[] = [];
    for (const name of sessionEventNames)
      subscribe(`coatcheck:${name}`, (message) => seen.push(message));
    const it = bench({ limits: { perUser: 1, onLimit: "reject" } });
    const secrets = new Set<string>();
    const browser = it.browser();
    const remember = () => {
      if (browser.token) secrets.add(browser.token.slice(23));
    };
    const visit = async (work: (session: Awaited<ReturnType<typeof browser.open>>) => unknown) => {
      const session = await browser.open();
      seen.push(session);
      work(session);
      seen.push(session.data, session.toJSON(), { session });
      await browser.commit(session).catch((error) => seen.push(error));
      seen.push(session);
      remember();
    };
    await visit((session) => session.set("a", { b: 1 }));
    const first = browser.copy();
    await visit((session) => session.login("ada"));
    const second = browser.copy();
    await visit((session) => session.rotate());
    await visit((session) => session.rotate());
    it.wait(60_000);
    await visit((session) => session.get("a"));
    await first.visit((session) => session.set("a", 1));
    await visit((session) => session.login("eve"));
    await it.sessions.issue("eve").catch((error) => seen.push(error));
    secrets.add((await it.sessions.issue("bob")).slice(23));
    seen.push(await it.sessions.list("eve"), await it.sessions.list("bob"));
    await second.visit((session) => session.get("a"));
    it.before("update", () => {
      throw new Error("down");
    });
    await visit((session) => session.set("b", 1));
    await visit((session) => session.set("bad", new Map()) as never).catch((error) =>
      seen.push(error),
    );
    await visit((session) => session.destroy());
    seen.push(...it.events, it.sessions, it.sessions.events);
    const foreign = {
      method: "POST",
      headers: { cookie: `__Host-id=${second.token}`, origin: "https://evil.example" },
    };
    await (async () => it.sessions.open(foreign))().catch((error) => seen.push(error));
    expect(secrets.size).toBe(6);
    expect(seen.length).toBeGreaterThan(40);
    const text = seen.map(spellings).join("\n");
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    // The same search finds what may be there.
    expect(text).toContain("Session {");
    expect(text).toContain("SessionStoreError");
  });

  test("G15 nor is a secret in the error of a store that puts its arguments into its own", async () => {
    const { memory } = bench();
    const store: SessionStore = {
      read: (id) => memory.read(id),
      create: (record) => {
        throw new Error(`cannot write ${JSON.stringify(record)}`);
      },
      update: (record, version) => memory.update(record, version),
      touch: (id, times) => memory.touch(id, times),
      destroy: (id) => memory.destroy(id),
    };
    const drawn: string[] = [];
    const sessions = createSessions({
      storage: store,
      random: (size) => {
        const bytes = crypto.getRandomValues(new Uint8Array(size));
        drawn.push(Buffer.from(bytes).toString("base64url"));
        return bytes;
      },
    });
    const session = await sessions.open({ headers: {} });
    session.set("a", 1);
    const error = await (async () => sessions.commit(session))().catch((it: unknown) => it);
    const text = spellings(error);
    expect(text).toContain("cannot write");
    for (const secret of drawn.filter((it) => it.length === 43)) expect(text).not.toContain(secret);
  });

  test("a session shows its id, user and times", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const session = await browser.open();
    expect(Object.keys(session.toJSON())).toEqual([
      "id",
      "userId",
      "actorId",
      "createdAt",
      "lastSeenAt",
      "expiresAt",
    ]);
    expect(inspect(session)).toBe(`Session ${JSON.stringify(session)}`);
    expect(JSON.parse(JSON.stringify(session))).toMatchObject({ id: session.id, userId: "ada" });
  });
});
