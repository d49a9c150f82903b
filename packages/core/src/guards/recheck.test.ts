import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { memoryStore } from "../store/memory.ts";
import { type Browser, bench, type Loose, methodsOf, type SyncStore } from "../testing/bench.ts";
import { recheckSession } from "./recheck.ts";

const kinds = [
  ["a store", () => bench()],
  ["a store that answers later", () => bench({ asynchronous: true })],
  ["sealed cookies", () => sealedBench()],
] as const;

describe.each(kinds)("with %s", (_, start) => {
  /** A connection of somebody who is logged in, and their browser. */
  async function connected() {
    const it = start();
    const browser: Browser = it.browser();
    await browser.visit((session) => session.login("ann"));
    const session: Session<Loose> = await browser.open();
    const isThere = async () => recheckSession(it.sessions, session);
    return { ...it, browser, session, isThere };
  }

  test("it is there as long as nothing ends it, and time does not pass it by", async () => {
    const { isThere, wait, session } = await connected();
    for (let i = 0; i < 10; i++) {
      wait(20 * 60_000);
      expect(await isThere()).toBe(true);
    }
    expect(session.userId).toBe("ann");
  });

  const ends: [string, (it: Awaited<ReturnType<typeof connected>>) => unknown][] = [
    ["it was revoked", ({ sessions, session }) => sessions.revoke(session.id)],
    ["its user was", ({ sessions }) => sessions.revokeUser("ann")],
    ["its browser has logged out", ({ browser }) => browser.visit((it) => it.destroy())],
    ["another user has logged in there", ({ browser }) => browser.visit((it) => it.login("bob"))],
    ["another session has replaced it", ({ browser }) => browser.visit((it) => it.regenerate())],
    ["the same user has logged in again", ({ browser }) => browser.visit((it) => it.login("ann"))],
    ["it has timed out", ({ wait }) => wait(31 * 60_000)],
    [
      "its life is over",
      async ({ wait, isThere }) => {
        for (let i = 0; i < 36; i++) {
          wait(20 * 60_000);
          if (i < 35) expect(await isThere()).toBe(true);
        }
      },
    ],
  ];
  test.each(ends)("G6 it is not there any more once %s", async (_, end) => {
    const it = await connected();
    expect(await it.isThere()).toBe(true);
    // Some time after the login, for sessions whose logins are told apart by it.
    it.wait(1_000);
    await end(it);
    expect([await it.isThere(), it.session.userId]).toEqual([false, undefined]);
    expect(await it.isThere()).toBe(false);
  });

  test("of a visitor without a session nothing is asked", async () => {
    const { sessions, calls } = await connected();
    const session = await sessions.open({ headers: {} });
    calls.length = 0;
    expect([await recheckSession(sessions, session), calls]).toEqual([true, []]);
  });
});

test("it costs one read, and one touch within touchEvery", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  const session = await browser.open();
  it.calls.length = 0;
  await recheckSession(it.sessions, session);
  it.wait(60_000);
  await recheckSession(it.sessions, session);
  await recheckSession(it.sessions, session);
  expect(it.calls).toEqual(["read", "read", "touch", "read"]);
});

test("it survives rotations", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  const session = await browser.open();
  await browser.visit((other) => other.rotate());
  await browser.open();
  it.wait(60_000);
  await browser.visit(() => {});
  expect(await recheckSession(it.sessions, session)).toBe(true);
  expect(it.eventsOf("reuse-detected")).toEqual([]);
});

test("what it changed itself is saved, and it goes on", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  const session = await browser.open();
  session.set("count", 1);
  expect(await recheckSession(it.sessions, session)).toBe(true);
  expect((await browser.open()).get("count")).toBe(1);
  session.set("count", 2);
  await it.sessions.commit(session);
  expect(await recheckSession(it.sessions, session)).toBe(true);
});

describe("a revocation that cannot be asked for is not taken for none", () => {
  test.each([["fail"], ["anonymous"]] as const)(
    "G10 with the store down it throws, with onStoreError: %s",
    async (onStoreError) => {
      for (const it of [sealedBench({ onStoreError }), failing(onStoreError)]) {
        const browser: Browser = it.browser();
        await browser.visit((session) => session.login("ann"));
        const session: Session<Loose> = await browser.open();
        it.wait(60_000);
        it.down(true);
        for (let i = 0; i < 2; i++) {
          await expect(async () => recheckSession(it.sessions, session)).rejects.toThrow(
            SessionStoreError,
          );
        }
        it.down(false);
        expect(await recheckSession(it.sessions, session)).toBe(true);
        await it.sessions.revokeUser("ann");
        it.wait(60_000);
        it.down(true);
        await expect(async () => recheckSession(it.sessions, session)).rejects.toThrow(
          SessionStoreError,
        );
        it.down(false);
        expect(await recheckSession(it.sessions, session)).toBe(false);
      }
    },
  );

  test.each(kinds)(
    "G6 nor where the response is under way, as a stream's: %s",
    async (_, start) => {
      const it = start();
      const browser: Browser = it.browser();
      await browser.visit((session) => session.login("ann"));
      const channel = { headersLeft: false, ended: false, deliver: () => {} };
      const headers = { cookie: `__Host-id=${browser.token}` };
      const session: Session<Loose> = await it.sessions.open({ headers }, undefined, channel);
      channel.headersLeft = true;
      expect(await recheckSession(it.sessions, session)).toBe(true);
      it.wait(90_000);
      expect(await recheckSession(it.sessions, session)).toBe(true);
      await it.sessions.revokeUser("ann");
      expect(await recheckSession(it.sessions, session)).toBe(false);
      expect(session.userId).toBeUndefined();
      // Nor is what has timed out taken for live.
      const late: Browser = it.browser();
      await late.visit((session) => session.login("bob"));
      const begun = { ...channel, headersLeft: false };
      const request = { headers: { cookie: `__Host-id=${late.token}` } };
      const stream: Session<Loose> = await it.sessions.open(request, undefined, begun);
      begun.headersLeft = true;
      it.wait(30 * 60_000);
      expect(await recheckSession(it.sessions, stream)).toBe(false);
    },
  );
});

/** A store that can be down. */
function failing(onStoreError: "fail" | "anonymous") {
  let isDown = false;
  const clock = () => it.now();
  const { read, update, ...others } = methodsOf(memoryStore({ clock }) as SyncStore);
  const whileUp =
    <Args extends unknown[], T>(work: (...args: Args) => T) =>
    (...args: Args): T => {
      if (isDown) throw new Error("connection refused");
      return work(...args);
    };
  const storage = { ...others, read: whileUp(read), update: whileUp(update) };
  const it = bench({ storage, onStoreError });
  return {
    ...it,
    down: (is: boolean) => {
      isDown = is;
    },
  };
}

test.each([
  ["a store", bench],
  ["sealed cookies", sealedBench],
] as const)(
  "G8 its life is over to the millisecond, also within touchEvery: %s",
  async (_, start) => {
    const it = start({ timeouts: { idle: "30m", absolute: "40m" } });
    const browser: Browser = it.browser();
    await browser.visit((session) => session.login("ann"));
    const session: Session<Loose> = await browser.open();
    for (const ms of [20 * 60_000, 20 * 60_000 - 30_000, 29_999]) {
      it.wait(ms);
      expect(await recheckSession(it.sessions, session)).toBe(true);
    }
    it.wait(1);
    expect(await recheckSession(it.sessions, session)).toBe(false);
  },
);
