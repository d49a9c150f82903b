import { describe, expect, test } from "vitest";
import { SessionLimitError } from "../errors.ts";
import { opens, sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;

describe.each([{ asynchronous: false }, { asynchronous: true }])(
  "users of sealed sessions, over a store: %j",
  (how) => {
    const login = async (it: ReturnType<typeof sealedBench>, userId = "ada") => {
      const browser = it.browser();
      await browser.visit((session) => session.login(userId));
      it.wait(1);
      return { browser, id: (await browser.open()).id };
    };

    test("revoke ends one session, and says so once", async () => {
      const it = sealedBench(how);
      const [one, two] = [await login(it), await login(it)];
      expect(await it.sessions.revoke(one.id)).toBe(true);
      expect(await it.sessions.revoke(one.id)).toBe(false);
      expect(await it.sessions.revoke("no id")).toBe(false);
      expect((await one.browser.open()).isNew).toBe(true);
      expect((await two.browser.open()).userId).toBe("ada");
      expect(it.eventsOf("ended")).toEqual([{ id: one.id, reason: "revoked" }]);
      expect(it.eventsOf("token-rejected")).toEqual([{ id: one.id, reason: "revoked" }]);
    });

    test.each([undefined, { limits: { perUser: 9 } }] as const)(
      "revokeUser ends all but one, again and again: %j",
      async (limits) => {
        const it = sealedBench({ ...how, ...limits });
        const [one, two, other] = [await login(it), await login(it), await login(it, "bob")];
        const count = await it.sessions.revokeUser("ada", { except: two.id });
        expect(count).toBe(limits ? 1 : Number.NaN);
        it.wait(1);
        const alive = async () =>
          Promise.all([one, two, other].map(({ browser }) => opens(it.sessions, browser.token)));
        expect(await alive()).toEqual([false, true, true]);
        const three = await login(it);
        await it.sessions.revokeUser("ada", { except: one.id });
        expect(await alive()).toEqual([false, false, true]);
        expect(await opens(it.sessions, three.browser.token)).toBe(false);
        await it.sessions.revokeUser("ada", { except: two.id });
        expect(await alive()).toEqual([false, false, true]);
        const { browser } = await login(it);
        expect((await browser.open()).userId).toBe("ada");
      },
    );

    test("a login right after revokeUser stands, also where the clock that revoked was ahead", async () => {
      const it = sealedBench(how);
      const ahead = it.process({}, 60_000);
      const { browser } = await login(it);
      await ahead.revokeUser("ada");
      expect((await browser.open()).isNew).toBe(true);
      const again = await login(it);
      expect((await again.browser.open()).userId).toBe("ada");
      expect(await opens(ahead, again.browser.token)).toBe(true);
    });

    test("G9 evict-oldest: the one too many ends; list shows what is left, newest first", async () => {
      const it = sealedBench({ ...how, limits: { perUser: 2 } });
      const [one, two, three] = [await login(it), await login(it), await login(it)];
      expect((await one.browser.open()).isNew).toBe(true);
      const list = await it.sessions.list("ada");
      expect(list.map(({ id }) => id)).toEqual([three.id, two.id]);
      expect(it.eventsOf("ended")).toEqual([{ id: one.id, reason: "evicted" }]);
      await two.browser.visit((session) => session.destroy());
      expect((await it.sessions.list("ada")).map(({ id }) => id)).toEqual([three.id]);
    });

    test("G9 reject: the login fails, and nothing of it is left", async () => {
      const it = sealedBench({ ...how, limits: { perUser: 1, onLimit: "reject" } });
      const one = await login(it);
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const { token } = browser;
      const session = await browser.open();
      session.login("ada");
      await expect(Promise.resolve().then(() => it.sessions.commit(session))).rejects.toThrow(
        SessionLimitError,
      );
      expect((await one.browser.open()).userId).toBe("ada");
      browser.token = token;
      expect((await browser.open()).get("a")).toBe(1);
      // Whoever logs in again gives up the session that they have, and no other.
      await one.browser.visit((again) => again.login("ada"));
      expect((await one.browser.open()).userId).toBe("ada");
      await one.browser.visit((again) => again.destroy());
      await browser.visit((again) => again.login("ada"));
      expect((await browser.open()).userId).toBe("ada");
    });

    test("a limit that is switched on later leaves earlier logins in, uncounted, until they end", async () => {
      const it = sealedBench(how);
      const early = await login(it);
      const limited = it.process({ limits: { perUser: 1 } });
      expect(await opens(limited, early.browser.token)).toBe(true);
      expect(await limited.list("ada")).toEqual([]);
      const late = it.browser(limited);
      await late.visit((session) => session.login("ada"));
      expect(await opens(limited, early.browser.token)).toBe(true);
      await limited.revokeUser("ada");
      expect(await opens(limited, early.browser.token)).toBe(false);
      expect(await opens(limited, late.token)).toBe(false);
    });

    test("a login that is written down lives as long as its client comes, and its entry no shorter", async () => {
      const it = sealedBench({ ...how, limits: { perUser: 1 } });
      const { browser } = await login(it);
      for (let visit = 0; visit < 20; visit++) {
        it.wait(29 * MINUTE);
        expect(await browser.visit((session) => session.userId)).toBe("ada");
      }
      expect(await it.sessions.list("ada")).toHaveLength(1);
      it.wait(30 * MINUTE - 1);
      expect((await browser.open()).userId).toBe("ada");
      it.wait(1);
      expect((await browser.open()).isNew).toBe(true);
    });

    test("staleness: a logout elsewhere is seen at most so late, an own one at once", async () => {
      const it = sealedBench({ ...how, staleness: "5s" });
      const { browser } = await login(it);
      const elsewhere = it.process();
      it.wait(10_000);
      expect((await browser.open()).userId).toBe("ada");
      it.calls.length = 0;
      expect((await browser.open()).userId).toBe("ada");
      expect(it.calls).toEqual([]);
      it.wait(1_000);
      await elsewhere.revoke((await browser.open()).id);
      expect(await opens(elsewhere, browser.token)).toBe(false);
      it.wait(3_999);
      expect((await browser.open()).userId).toBe("ada");
      it.wait(1);
      expect((await browser.open()).isNew).toBe(true);
      const { browser: own, id } = await login(it);
      await it.sessions.revoke(id);
      expect((await own.open()).isNew).toBe(true);
    });
  },
);

test("G15 no event, entry or error of all this holds a token", async () => {
  const it = sealedBench({ limits: { perUser: 2 } });
  const tokens: string[] = [];
  for (let index = 0; index < 4; index++) {
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    it.wait(1);
    tokens.push(browser.token as string);
    await browser.visit((session) => session.rotate());
    tokens.push(browser.token as string);
    await browser.open();
  }
  await it.sessions.revokeUser("ada");
  const kept = JSON.stringify([
    it.events,
    it.memory.listByUser("ada"),
    await it.sessions.list("ada"),
  ]);
  for (const token of tokens) expect(kept).not.toContain(token.slice(60));
});
