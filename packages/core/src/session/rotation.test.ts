import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Browser, bench, idOf, START } from "../testing/bench.ts";
import type { Session } from "./session.ts";

const MINUTE = 60_000;

describe("G5 rotation logs nobody out", () => {
  test("G5 the new token is another secret of the same session", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => {
      session.login("ada");
      session.set("a", 1);
    });
    const before = browser.token;
    await browser.visit((session) => session.rotate());
    expect(browser.token).not.toBe(before);
    expect(idOf(browser.token)).toBe(idOf(before));
    expect(await browser.visit((session) => [session.userId, session.get("a")])).toEqual([
      "ada",
      1,
    ]);
  });

  test("G5 a lost response costs nothing: the old token works for as long as the new one is not used", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const old = browser.copy();
    await browser.visit((session) => session.rotate());
    for (let n = 0; n < 20; n++) {
      it.wait(20 * MINUTE);
      const visitor = it.browser();
      visitor.token = old.token;
      expect(await visitor.visit((session) => session.userId)).toBe("ada");
    }
    expect(it.eventsOf("reuse-detected")).toEqual([]);
  });

  test("G5 a client that missed it is told again, and the token it then gets is good", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    await browser.copy().visit((session) => session.rotate());
    it.wait(11_000);
    const before = browser.token;
    await browser.visit((session) => session.userId);
    expect(browser.token).not.toBe(before);
    expect(await browser.visit((session) => session.userId)).toBe("ada");
  });

  test("G5 after the new token's first use the old one is honoured for the grace, then it means theft", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const old = browser.copy();
    await browser.visit((session) => session.rotate());
    await browser.visit((session) => session.userId);
    it.wait(9_999);
    expect((await old.open()).userId).toBe("ada");
    it.wait(1);
    const id = idOf(browser.token);
    expect((await old.open()).userId).toBeUndefined();
    expect(it.eventsOf("reuse-detected")).toEqual([{ id, userId: "ada" }]);
    expect(it.eventsOf("ended")).toEqual([{ id, reason: "reused" }]);
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("G5 a request in flight with the old token writes, and gets no token that could overwrite the new one", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const slow = browser.copy();
    const session = await slow.open();
    session.set("slow", 1);
    session.rotate();
    await browser.visit((other) => other.rotate());
    await browser.visit((other) => other.userId);
    await slow.commit(session);
    expect(slow.setCookies).toEqual([]);
    expect(await browser.visit((now) => now.get("slow"))).toBe(1);
  });

  test("G5 requests that rotate at once all hand out one token, which is good", async () => {
    for (const asynchronous of [false, true]) {
      const it = bench({ asynchronous });
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const tabs = Array.from({ length: 5 }, () => browser.copy());
      const opened = await Promise.all(tabs.map((tab) => tab.open()));
      for (const session of opened) session.rotate();
      await Promise.all(tabs.map((tab, n) => tab.commit(opened[n] as Session)));
      const tokens = new Set(tabs.map((tab) => tab.token));
      expect(tokens.size).toBe(1);
      expect(tokens).not.toContain(browser.token);
      expect(it.eventsOf("rotated")).toHaveLength(1);
      expect(await (tabs[0] as Browser).visit((session) => session.userId)).toBe("ada");
    }
  });

  test("G5 every token is honoured for its grace, however many rotations there were within it", async () => {
    const { browser: start, wait, sessions } = bench();
    const browser = start();
    await browser.visit((session) => session.set("a", 1));
    const slow: (string | undefined)[] = [];
    for (let count = 0; count < 12; count += 1) {
      slow.push(browser.token);
      await browser.visit((session) => session.rotate());
      wait(10);
      await browser.visit((session) => session.get("a"));
    }
    for (const token of slow) {
      const session = await sessions.open({ headers: { cookie: `__Host-id=${token}` } });
      expect(session.get("a")).toBe(1);
    }
  });

  test("G5 a rotation after two logins at once leaves both their tokens good", async () => {
    const { browser: start, wait, sessions } = bench();
    const browser = start();
    await browser.visit((session) => session.set("a", 1));
    const [one, other] = [await browser.open(), await browser.open()];
    one.login("ann");
    other.login("ann");
    const [first, second] = [browser.copy(), browser.copy()];
    await first.commit(one);
    await second.commit(other);
    const late = second.copy();
    await first.visit((session) => session.rotate());
    const userOf = async (token: string | undefined) =>
      (await sessions.open({ headers: { cookie: `__Host-id=${token}` } })).userId;
    expect(await userOf(first.token)).toBe("ann");
    expect(await userOf(late.token)).toBe("ann");
    const before = first.token;
    wait(11_000);
    await first.visit((session) => session.rotate());
    expect(first.token).not.toBe(before);
  });

  test("G5 of two logins at once either token is good for as long as nobody rotates, whichever was used", async () => {
    const { browser: start, wait, eventsOf } = bench();
    const browser = start();
    await browser.visit((session) => session.set("a", 1));
    const [one, other] = [await browser.open(), await browser.open()];
    one.login("ann");
    other.login("ann");
    const [first, second] = [browser.copy(), browser.copy()];
    await first.commit(one);
    await second.commit(other);
    for (const it of [second, first, second]) {
      wait(60_000);
      expect(await it.visit((session) => session.userId)).toBe("ann");
    }
    expect(eventsOf("reuse-detected")).toEqual([]);
  });

  test("G5 a rotation is one store operation on one record", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    it.calls.length = 0;
    await browser.visit((session) => session.rotate());
    expect(it.calls).toEqual(["read", "update"]);
    it.calls.length = 0;
    await browser.visit(() => undefined);
    expect(it.calls).toEqual(["read", "update"]);
    it.calls.length = 0;
    await browser.visit(() => undefined);
    expect(it.calls).toEqual(["read"]);
  });

  test("a session that is not stored does not rotate", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.rotate());
    expect([it.calls, browser.token]).toEqual([[], undefined]);
  });
});

// --- any sequence ------------------------------------------------------------------------------------------------------

type Work = "read" | "write" | "rotate" | "login" | "write and rotate";
type Step =
  | { readonly kind: "visit"; readonly work: Work; readonly lost: boolean }
  /** A request that begins now and whose response comes after so many further steps. */
  | {
      readonly kind: "slow";
      readonly work: Exclude<Work, "login">;
      readonly after: number;
      readonly lost: boolean;
    }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "fixate" };

const work = fc.constantFrom<Exclude<Work, "login">>("read", "write", "rotate", "write and rotate");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("visit" as const), work, lost: fc.boolean() }),
  },
  // A login's response is not lost here: its old token is worthless at once, which guarantee 4 demands.
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "visit", work: "login", lost: false }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("slow" as const),
      work,
      after: fc.integer({ min: 1, max: 4 }),
      lost: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 5_000, 9_999, 10_000, 15_000, 90_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "fixate" }) },
);

describe("any sequence of requests, lost responses and logins", () => {
  test("G4 G5 G8 the browser's latest token is good, those from before a login are not, and the deadline stands", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.boolean(),
        async (steps, asynchronous) => {
          const it = bench({ asynchronous, timeouts: { idle: "12h", absolute: "12h" } });
          const browser = it.browser();
          await browser.visit((session) => session.set("n", 0));
          const id = idOf(browser.token);
          let user: string | undefined;
          let loggedInAt = START;
          let writes = 0;
          const old: string[] = [];
          const known = new Set([browser.token]);
          const slow: {
            due: number;
            deliver: boolean;
            browser: Browser;
            session: Session;
            begun: number;
          }[] = [];

          const perform = (session: Session, what: Work) => {
            if (what === "login") session.login("ada");
            if (what === "write" || what === "write and rotate")
              session.update("n", (n) => Number(n) + 1);
            if (what === "rotate" || what === "write and rotate") session.rotate();
          };
          const count = (what: Work) => {
            if (what.startsWith("write")) writes += 1;
          };
          const finish = async (all: boolean, now: number) => {
            for (const request of [...slow]) {
              if (!all && request.due > now) continue;
              slow.splice(slow.indexOf(request), 1);
              await request.browser.commit(request.session);
              for (const [name] of request.browser.headers) {
                // No request from before a login may overwrite the login's cookie.
                if (request.begun < loggedInAt) expect(name).not.toBe("set-cookie");
              }
              if (request.deliver) browser.receive(request.browser.headers);
              known.add(request.browser.token);
            }
          };

          for (const [now, next] of steps.entries()) {
            await finish(false, now);
            if (next.kind === "wait") it.wait(next.ms);
            if (next.kind === "visit") {
              it.wait(1);
              const from = browser.token;
              const session = await browser.open();
              expect([session.id, session.isNew]).toEqual([id, false]);
              perform(session, next.work);
              count(next.work);
              await browser.commit(session);
              known.add(browser.token);
              if (next.work === "login") {
                old.push(
                  ...([...known].filter(
                    (token) => token !== browser.token && token !== undefined,
                  ) as string[]),
                );
                user = "ada";
                loggedInAt = it.now();
              } else if (next.lost) browser.token = from;
            }
            if (next.kind === "slow") {
              it.wait(1);
              const tab = browser.copy();
              const session = await tab.open();
              expect(session.id).toBe(id);
              perform(session, next.work);
              count(next.work);
              slow.push({
                due: now + next.after,
                deliver: !next.lost,
                browser: tab,
                session,
                begun: it.now(),
              });
            }
            if (next.kind === "fixate" && old.length > 0) {
              const attacker = it.browser();
              attacker.token = old[now % old.length];
              const session = await attacker.open();
              expect([session.isNew, session.userId]).toEqual([true, undefined]);
            }
            const probe = await browser.copy().open();
            expect([probe.id, probe.userId]).toEqual([id, user]);
            expect(probe.expiresAt).toBeLessThanOrEqual(loggedInAt + 12 * 60 * MINUTE);
          }
          await finish(true, 0);
          const final = await browser.open();
          expect([final.id, final.userId, final.get("n")]).toEqual([id, user, writes]);
          expect(it.eventsOf("reuse-detected")).toEqual([]);
          const record = it.memory.read(id);
          for (const token of known) expect(JSON.stringify(record)).not.toContain(token?.slice(23));
        },
      ),
      { numRuns: 400 },
    );
  });
});
