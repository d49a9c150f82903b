import { describe, expect, test } from "vitest";
import { InvalidDataError, SessionStoreError, UnserialisableError } from "../errors.ts";
import { A, B } from "../sealed/testing/sealing.ts";
import type { StandardSchema } from "../session/schema.ts";
import { idOf } from "../testing/bench.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { opens, sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each([{ asynchronous: false }, { asynchronous: true }])(
  "sealed sessions, over a store: %j",
  (how) => {
    test("G1 a visitor for whom nothing is written costs nothing and gets nothing", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.get("a"));
      expect([browser.headers, it.calls]).toEqual([[["vary", "Cookie"]], []]);
    });

    test("G1 a read inside the touch window is one question and no cookie; after it there is a new token", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      expect(it.calls).toEqual([]);
      it.wait(MINUTE - 1);
      expect(await browser.visit((session) => session.get("a"))).toBe(1);
      expect([it.calls, browser.setCookies]).toEqual([["read"], []]);
      it.wait(1);
      await browser.visit((session) => session.get("a"));
      expect(browser.setCookies).toHaveLength(1);
    });

    test("data, its deletion, updates and flash go with the token", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.set("cart", ["apple"]));
      await browser.visit((session) => {
        (session.data as { cart: string[] }).cart.push("pear");
        session.update("count", (count) => Number(count ?? 0) + 1);
        session.flash("notice", "saved");
      });
      await browser.visit((session) => session.set("other", 1));
      const read = await browser.visit((session) => session.get("notice"));
      expect(read).toBe("saved");
      const session = await browser.open();
      expect([session.get("notice"), session.get("cart"), session.get("count")]).toEqual([
        undefined,
        ["apple", "pear"],
        1,
      ]);
      await browser.visit((it) => it.clear());
      expect((await browser.open()).get("cart")).toBeUndefined();
    });

    test("G4 login: the same session, another token, and the one from before worthless at once", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.set("cart", ["apple"]));
      const before = browser.token;
      const { id } = await browser.open();
      await browser.visit((session) => session.login("ada"));
      const session = await browser.open();
      expect([session.id, session.userId, session.get("cart")]).toEqual([id, "ada", ["apple"]]);
      expect(session.authenticatedWithin("0s")).toBe(true);
      expect(await opens(it.sessions, before)).toBe(false);
      expect(it.eventsOf("login")).toEqual([{ id, userId: "ada" }]);
    });

    test("G4 another user's login starts a session without the first one's data, and ends that", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => {
        session.login("ada");
        session.set("cart", ["apple"]);
      });
      const { id } = await browser.open();
      const stolen = browser.token;
      await browser.visit((session) => session.login("bob"));
      const session = await browser.open();
      expect([session.userId, session.get("cart")]).toEqual(["bob", undefined]);
      expect(session.id).not.toBe(id);
      expect(await opens(it.sessions, stolen)).toBe(false);
      expect(it.eventsOf("ended")).toEqual([{ id, reason: "regenerated" }]);
    });

    test("G5 a lost response costs nothing, and two rotations at once leave a token that works", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const unlucky = browser.copy();
      const [one, two] = [await browser.open(), await unlucky.open()];
      one.rotate();
      two.rotate();
      await browser.commit(one);
      await unlucky.commit(two);
      for (const wait of [0, 20_000]) {
        it.wait(wait);
        for (const tab of [browser, unlucky]) expect((await tab.open()).get("a")).toBe(1);
      }
      await unlucky.visit((session) => session.rotate());
      it.wait(MINUTE);
      expect((await browser.open()).get("a")).toBe(1);
      expect(it.eventsOf("reuse-detected")).toEqual([]);
    });

    test("G5 a rotated token past its grace is theft: both are put out, once", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const { id } = await browser.open();
      const thief = browser.copy();
      it.wait(30_000);
      await browser.visit((session) => session.rotate());
      await browser.open();
      it.wait(9_999);
      expect((await thief.open()).userId).toBe("ada");
      it.wait(1);
      expect((await thief.open()).isNew).toBe(true);
      expect((await thief.open()).isNew).toBe(true);
      expect((await browser.open()).isNew).toBe(true);
      expect(it.eventsOf("reuse-detected")).toEqual([{ id, userId: "ada" }]);
      expect(it.eventsOf("ended")).toEqual([{ id, reason: "reused" }]);
    });

    test("G6 G13 logout: the cookie goes, and no copy of any token opens again", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      const tokens: (string | undefined)[] = [];
      for (const work of ["set", "touch", "rotate", "login"] as const) {
        await browser.visit((session) => {
          if (work === "set") session.set("a", 1);
          else if (work === "login") session.login("ada");
          else session[work]();
        });
        tokens.push(browser.token);
      }
      const slow = await browser.open();
      await browser.visit((session) => session.destroy());
      expect(browser.setCookies).toEqual([
        "__Host-id=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
      ]);
      slow.set("a", 2);
      await browser.commit(slow);
      expect(it.eventsOf("commit-lost")).toHaveLength(1);
      expect(browser.token).toBeUndefined();
      // As long as any of them could live.
      for (let waited = 0; waited < 2 * HOUR; waited += 10 * MINUTE) {
        for (const token of tokens) expect(await opens(it.sessions, token)).toBe(false);
        it.wait(10 * MINUTE);
      }
    });

    test("regenerate: another id, empty, and the old token worthless", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const before = browser.token;
      await browser.visit((session) => {
        session.regenerate();
        session.set("a", 1);
      });
      const session = await browser.open();
      expect([session.userId, session.get("a")]).toEqual([undefined, 1]);
      expect(await opens(it.sessions, before)).toBe(false);
    });

    test("G8 absolute means absolute: only a login moves it", async () => {
      const it = sealedBench({ ...how, timeouts: { idle: "30m", absolute: "1h" } });
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      for (let waited = 0; waited < 50 * MINUTE; waited += 10 * MINUTE) {
        it.wait(10 * MINUTE);
        await browser.visit((session) => {
          session.touch();
          session.rotate();
        });
      }
      it.wait(10 * MINUTE - 1);
      expect((await browser.open()).get("a")).toBe(1);
      it.wait(1);
      expect((await browser.open()).isNew).toBe(true);
    });

    test("an idle timeout that is shortened later holds for tokens that are out there", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const short = it.process({ timeouts: { idle: "5m" } });
      it.wait(5 * MINUTE - 1);
      expect(await opens(short, browser.token)).toBe(true);
      it.wait(1);
      expect(await opens(short, browser.token)).toBe(false);
      expect(it.eventsOf("token-rejected").at(-1)).toMatchObject({ reason: "expired" });
    });

    test("remember outlives the browser, for as long as the session may live", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      await browser.visit((session) => session.login("ada", { remember: true }));
      expect(browser.setCookies[0]).toContain("; Max-Age=43200;");
      it.wait(MINUTE);
      await browser.visit((session) => session.touch());
      expect(browser.setCookies[0]).toContain("; Max-Age=43140;");
      await browser.visit((session) => session.login("ada"));
      expect(browser.setCookies[0]).not.toContain("Max-Age");
    });

    test("two commits in one request: each goes on from what the one before has made", async () => {
      const it = sealedBench(how);
      const browser = it.browser();
      const session = await browser.open();
      session.set("a", 1);
      await browser.commit(session);
      expect(await browser.commit(session)).toEqual([]);
      session.rotate();
      await browser.commit(session);
      session.login("ada");
      await browser.commit(session);
      session.set("b", 2);
      await browser.commit(session);
      const after = await browser.open();
      expect([after.id, after.userId, after.data]).toEqual([session.id, "ada", { a: 1, b: 2 }]);
      session.destroy();
      await browser.commit(session);
      expect(browser.token).toBeUndefined();
      expect(it.eventsOf("commit-lost")).toEqual([]);
    });

    test("G14 a session that is too long throws before anything is written, and may be made smaller", async () => {
      const it = sealedBench({ ...how, limits: { perUser: 1 } });
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      it.calls.length = 0;
      const session = await browser.open();
      session.login("ada");
      session.set("a", "x".repeat(4_000));
      await expect(Promise.resolve().then(() => it.sessions.commit(session))).rejects.toThrow(
        /409\d|\d{4} characters/,
      );
      expect(it.calls.filter((call) => call !== "read")).toEqual([]);
      session.set("a", "x");
      await browser.commit(session);
      expect((await browser.open()).get("a")).toBe("x");
      failureOf(UnserialisableError, () => session.set("a", new Map()));
    });

    test("issue gives a token for a client that keeps no cookies", async () => {
      const it = sealedBench(how);
      const token = await it.sessions.issue("ada");
      const browser = it.browser();
      browser.token = token;
      expect((await browser.open()).userId).toBe("ada");
      await it.sessions.revokeUser("ada");
      expect((await browser.open()).userId).toBeUndefined();
    });

    test("a store that is out of reach: 503, or nobody, and in neither case a cookie", async () => {
      for (const onStoreError of ["fail", "anonymous"] as const) {
        const it = sealedBench({ ...how, onStoreError });
        const browser = it.browser();
        await browser.visit((session) => session.login("ada"));
        const open = await browser.open();
        open.destroy();
        it.down(true);
        await rejectionOf(SessionStoreError, () => it.sessions.commit(open));
        if (onStoreError === "fail") {
          await rejectionOf(SessionStoreError, () => browser.open());
        } else {
          const session = await browser.open();
          expect(session.userId).toBeUndefined();
          expect(await it.sessions.commit(session)).toEqual([["vary", "Cookie"]]);
          expect(it.eventsOf("served-anonymously")).toHaveLength(1);
        }
        it.down(false);
        expect((await browser.open()).userId).toBe("ada");
        // What failed is to be done still.
        await browser.commit(open);
        expect(browser.token).toBeUndefined();
      }
    });
  },
);

describe("a schema", () => {
  const schema: StandardSchema<Record<string, unknown>> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => {
        const { theme = "light", ...rest } = value as Record<string, unknown>;
        if (typeof theme !== "string")
          return { issues: [{ message: "no theme", path: ["theme"] }] };
        return { value: { theme, ...rest } };
      },
    },
  };

  test("defaults, refusals, and what becomes of tokens of an older shape", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("theme", 7));
    const { id } = await browser.open();
    const opened = async (onInvalid: "discard" | "fail" | ((old: object) => unknown)) => {
      const other = it.browser(it.process({ schema, onInvalid } as never));
      other.token = browser.token;
      return other;
    };
    expect((await (await opened("discard")).open()).get("theme")).toBe("light");
    await rejectionOf(InvalidDataError, async () => (await opened("fail")).open());
    const migrating = await opened(() => ({ theme: "dark" }));
    expect(await migrating.visit((session) => session.get("theme"))).toBe("dark");
    expect(it.eventsOf("data-invalid")).toEqual([
      { id, outcome: "discarded" },
      { id, outcome: "failed" },
      { id, outcome: "migrated" },
    ]);
    const session = await migrating.open();
    session.set("theme", 8);
    await rejectionOf(InvalidDataError, () => migrating.commit(session));
  });
});

test("an older key is counted, and its session is made anew under the current one", async () => {
  const it = sealedBench();
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  const { id } = await browser.open();
  const next = it.browser(it.process({ keys: { current: B, older: A } }));
  next.token = browser.token;
  for (const count of [1, 2]) {
    expect((await next.open()).get("a")).toBe(1);
    expect(it.eventsOf("older-key").at(-1)).toMatchObject({ id, count });
  }
  await next.visit((session) => session.get("a"));
  expect(next.token).not.toBe(browser.token);
  await next.visit((session) => session.get("a"));
  expect(it.eventsOf("older-key")).toHaveLength(3);
  expect(idOf(next.token)).not.toBe(id);
});
