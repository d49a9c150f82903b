import { describe, expect, test } from "vitest";
import { SessionDestroyedError, SessionLimitError } from "../errors.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { bench, idOf } from "../testing/bench.ts";
import { rejectionOf } from "../testing/failure.ts";

const MINUTE = 60_000;

describe("G4 login ends fixation", () => {
  test("G4 the token known before is worthless at once, the id stays, the data too", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("cart", ["apple"]));
    const attacker = browser.copy();
    await browser.visit((session) => session.login("ada"));
    expect(idOf(browser.token)).toBe(idOf(attacker.token));
    const session = await attacker.open();
    expect([session.userId, session.isNew, session.get("cart")]).toEqual([
      undefined,
      true,
      undefined,
    ]);
    expect(await browser.visit((now) => [now.userId, now.get("cart")])).toEqual(["ada", ["apple"]]);
    expect(it.eventsOf("token-rejected")).toEqual([
      { id: idOf(browser.token), reason: "superseded" },
    ]);
  });

  test("G4 so are the tokens of a rotation under way, of before and after", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const current = browser.copy();
    await browser.visit((session) => session.rotate());
    const pending = browser.copy();
    await current.visit((session) => session.login("ada"));
    expect((await pending.open()).userId).toBeUndefined();
    expect((await browser.open()).userId).toBeUndefined();
    expect((await current.open()).userId).toBe("ada");
  });

  test("G4 so is the token in its rotation grace, and a stray write with it does not overwrite the login's cookie", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const old = browser.copy();
    await browser.visit((session) => session.rotate());
    await browser.visit((session) => session.get("a"));
    expect((await old.open()).isNew).toBe(false);
    await browser.visit((session) => session.login("ada"));
    const session = await old.open();
    expect([session.isNew, session.userId]).toEqual([true, undefined]);
    session.set("stray", 1);
    await old.commit(session);
    expect(old.setCookies).toEqual([]);
  });

  test("G4 nor does a rotation by somebody who planted the token survive a login that took longer than the grace", async () => {
    const it = bench();
    const attacker = it.browser();
    await attacker.visit((session) => session.set("a", 1));
    const victim = attacker.copy();
    const session = await victim.open();
    await attacker.visit((own) => own.rotate());
    await attacker.visit((own) => own.get("a"));
    it.wait(10_000);
    session.login("ada");
    await victim.commit(session);
    expect((await attacker.open()).userId).toBeUndefined();
    expect((await victim.open()).userId).toBe("ada");
  });

  test("G4 logging in again gives a new token too", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => {
      session.login("ada");
      session.set("a", 1);
    });
    const old = browser.copy();
    it.wait(MINUTE);
    await browser.visit((session) => session.login("ada"));
    expect((await old.open()).userId).toBeUndefined();
    expect(
      await browser.visit((session) => [session.userId, session.get("a"), session.authenticatedAt]),
    ).toEqual(["ada", 1, it.now()]);
  });

  test("G4 another user's login over a live session starts a new one, without its data, and ends the old", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => {
      session.login("ada");
      session.set("secret", 1);
      session.flash("note", "for ada");
    });
    const ada = browser.copy();
    await browser.visit((session) => {
      session.login("eve");
      session.set("mine", 2);
      expect([session.userId, session.get("secret"), session.isNew]).toEqual([
        "eve",
        undefined,
        true,
      ]);
    });
    expect(idOf(browser.token)).not.toBe(idOf(ada.token));
    expect((await ada.open()).userId).toBeUndefined();
    expect(
      await browser.visit((session) => [
        session.userId,
        session.get("secret"),
        session.get("mine"),
        session.get("note"),
      ]),
    ).toEqual(["eve", undefined, 2, undefined]);
    expect(it.memory.listByUser("ada")).toEqual([]);
    expect(it.eventsOf("ended")).toEqual([{ id: idOf(ada.token), reason: "regenerated" }]);
  });

  test("G4 it does so also where the other user's login is found out only at commit", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const eve = browser.copy();
    const session = await eve.open();
    session.set("early", 1);
    session.login("eve");
    session.set("late", 1);
    await browser.visit((other) => {
      other.login("ada");
      other.set("secret", 1);
    });
    await eve.commit(session);
    expect(await eve.visit((now) => [now.userId, now.get("secret"), now.get("late")])).toEqual([
      "eve",
      undefined,
      1,
    ]);
    expect(it.memory.listByUser("eve")).toHaveLength(1);
  });

  test("G4 a login whose session is gone by then starts one of its own", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const old = idOf(browser.token);
    const session = await browser.open();
    session.login("ada");
    session.set("late", 1);
    await it.sessions.revoke(old);
    await browser.commit(session);
    expect(idOf(browser.token)).not.toBe(old);
    expect(await browser.visit((now) => [now.userId, now.get("a"), now.get("late")])).toEqual([
      "ada",
      undefined,
      1,
    ]);
  });

  test.each(["", "x".repeat(256), 5, null, undefined, {}])(
    "a user id like %j is refused at once",
    async (userId) => {
      const session = await bench().sessions.open({ headers: {} });
      expect(() => session.login(userId as string)).toThrow(TypeError);
      expect(session.userId).toBeUndefined();
    },
  );

  test("what the session says of the login is true at once", async () => {
    const it = bench();
    const session = await it.sessions.open({ headers: {} });
    expect([session.authenticatedAt, session.authenticatedWithin("10m")]).toEqual([
      undefined,
      false,
    ]);
    session.login("ada");
    expect([session.userId, session.authenticatedAt, session.authenticatedWithin("10m")]).toEqual([
      "ada",
      it.now(),
      true,
    ]);
    await it.sessions.commit(session);
    it.wait(10 * MINUTE);
    expect(session.authenticatedWithin("10m")).toBe(true);
    it.wait(1);
    expect(session.authenticatedWithin("10m")).toBe(false);
  });
});

describe("keep", () => {
  test("names what survives a login; the default is everything of an anonymous session", async () => {
    const it = bench();
    for (const [keep, expected] of [
      [undefined, [1, 2, 3]],
      [
        ["a", "c"],
        [1, undefined, 3],
      ],
      [[], [undefined, undefined, undefined]],
    ] as const) {
      const browser = it.browser();
      await browser.visit((session) => {
        session.set("a", 1);
        session.set("b", 2);
      });
      await browser.visit((session) => {
        session.set("c", 3);
        session.login("ada", keep === undefined ? {} : { keep });
        expect(["a", "b", "c"].map((key) => session.get(key))).toEqual(expected);
      });
      const values = await browser.visit((session) =>
        ["a", "b", "c"].map((key) => session.get(key)),
      );
      expect(values).toEqual(expected);
    }
  });

  test("what is written after login() survives in any case", async () => {
    const browser = bench().browser();
    await browser.visit((session) => session.set("a", 1));
    await browser.visit((session) => {
      session.login("ada", { keep: [] });
      session.set("a", 2);
      session.update("n", (n) => Number(n ?? 0) + 1);
    });
    expect(await browser.visit((session) => [session.get("a"), session.get("n")])).toEqual([2, 1]);
  });

  test("filters what an anonymous request that is still on its way brings later", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("start", 1));
    const slow = browser.copy();
    const session = await slow.open();
    session.set("kept", "yes");
    session.set("dropped", "no");
    await browser.visit((other) => other.login("ada", { keep: ["kept"] }));
    await slow.commit(session);
    expect(slow.setCookies).toEqual([]);
    expect(
      await browser.visit((now) => [now.get("kept"), now.get("dropped"), now.get("start")]),
    ).toEqual(["yes", undefined, undefined]);
    expect(it.eventsOf("commit-lost")).toEqual([{ id: idOf(browser.token), reason: "superseded" }]);
  });

  test("without it such a request's writes all arrive, and its client's cookie is left alone", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("start", 1));
    const slow = browser.copy();
    const session = await slow.open();
    session.set("late", 1);
    await browser.visit((other) => other.login("ada"));
    await slow.commit(session);
    expect(slow.setCookies).toEqual([]);
    expect(await browser.visit((now) => [now.get("late"), now.get("start")])).toEqual([1, 1]);
  });
});

describe("a request whose session somebody logs into meanwhile", () => {
  test("G4 is out of it after its commit: it learns nothing of the login and writes nothing more", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const slow = browser.copy();
    const session = await slow.open();
    session.set("early", 1);
    await browser.visit((other) => {
      other.login("ada");
      other.set("secret", 1);
    });
    await slow.commit(session);
    expect([session.userId, session.get("secret")]).toEqual([undefined, undefined]);
    expect(() => session.set("late", 1)).toThrow(SessionDestroyedError);
    await slow.commit(session);
    expect(slow.setCookies).toEqual([]);
    expect(await browser.visit((now) => [now.get("early"), now.get("late")])).toEqual([
      1,
      undefined,
    ]);
  });

  test("G4 cannot end it by a regenerate that began before", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const slow = browser.copy();
    const session = await slow.open();
    session.regenerate();
    it.before("update", () => browser.visit((other) => other.login("ada")));
    await slow.commit(session);
    expect((await browser.open()).userId).toBe("ada");
  });
});

describe("two logins at once, as by a double click", () => {
  test.each([
    ["the first", 0],
    ["the second", 1],
  ])("whichever response arrives last, here %s, its token is good", async (_, last) => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("cart", ["apple"]));
    const clicks = [browser.copy(), browser.copy()];
    const opened = await Promise.all(clicks.map((click) => click.open()));
    for (const session of opened) session.login("ada");
    for (const [n, click] of clicks.entries()) {
      const session = opened[n];
      if (session) await click.commit(session);
    }
    browser.token = clicks[last]?.token;
    for (let visit = 0; visit < 3; visit++) {
      expect(await browser.visit((session) => [session.userId, session.get("cart")])).toEqual([
        "ada",
        ["apple"],
      ]);
      it.wait(MINUTE);
    }
    expect(it.memory.listByUser("ada")).toHaveLength(1);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
  });
});

describe("regenerate", () => {
  test("another id, empty data, nobody logged in, and the old token opens nothing", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => {
      session.login("ada");
      session.set("a", 1);
      session.flash("note", 1);
    });
    const old = browser.copy();
    await browser.visit((session) => {
      const before = session.id;
      session.regenerate();
      expect([
        session.id === before,
        session.isNew,
        session.userId,
        session.get("a"),
        session.expiresAt,
      ]).toEqual([false, true, undefined, undefined, undefined]);
    });
    expect(idOf(browser.token)).not.toBe(idOf(old.token));
    expect((await old.open()).isNew).toBe(true);
    expect(
      await browser.visit((session) => [session.userId, session.get("a"), session.get("note")]),
    ).toEqual([undefined, undefined, undefined]);
    expect(it.memory.listByUser("ada")).toEqual([]);
  });

  test("of a session that is not stored is nothing", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.regenerate());
    expect([it.calls, browser.setCookies]).toEqual([[], []]);
  });

  test.each(["open", "not yet open"])(
    "G6 a request in flight (%s by then) neither revives the old session nor touches the new cookie",
    async (when) => {
      for (const work of ["set", "update", "rotate", "touch", "flash"] as const) {
        const it = bench();
        const browser = it.browser();
        await browser.visit((session) => session.set("a", 1));
        const old = idOf(browser.token);
        const slow = browser.copy();
        let session = when === "open" ? await slow.open() : undefined;
        await browser.visit((other) => other.regenerate());
        session ??= await slow.open();
        if (work === "set") session.set("a", 2);
        if (work === "update") session.update("a", () => 2);
        if (work === "rotate") session.rotate();
        if (work === "touch") session.touch();
        if (work === "flash") session.flash("a", 1);
        await slow.commit(session);
        expect([work, slow.setCookies]).toEqual([work, []]);
        const left = it.memory.read(old);
        expect([work, left?.data ?? "{}", left?.userId ?? null]).toEqual([work, "{}", null]);
        expect((await browser.open()).isNew).toBe(false);
      }
    },
  );

  test("G6 nor does one with the rotated token of before", async () => {
    for (const which of ["pending", "grace"] as const) {
      const it = bench();
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const first = browser.copy();
      await browser.visit((session) => session.rotate());
      const pending = browser.copy();
      if (which === "grace") await browser.visit((session) => session.get("a"));
      await (which === "grace" ? browser : first).visit((session) => session.regenerate());
      const stray = which === "grace" ? first : pending;
      const session = await stray.open();
      expect(session.isNew).toBe(true);
      session.set("a", 1);
      await stray.commit(session);
      expect([which, stray.setCookies]).toEqual([which, []]);
    }
  });

  test("then login, as Passport does: one session of the user, at its limit of one too", async () => {
    for (const onLimit of ["evict-oldest", "reject"] as const) {
      const it = bench({ limits: { perUser: 1, onLimit } });
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      await browser.visit((session) => {
        session.regenerate();
        session.login("ada");
        session.set("a", 1);
      });
      expect(await browser.visit((session) => [session.userId, session.get("a")])).toEqual([
        "ada",
        1,
      ]);
      expect(it.memory.listByUser("ada")).toHaveLength(1);
    }
  });

  test("then login, at the limit: the session replaced makes the room, and no other device", async () => {
    const it = bench({ limits: { perUser: 2 } });
    const [phone, laptop] = [it.browser(), it.browser()];
    await phone.visit((session) => session.login("ada"));
    it.wait(1_000);
    await laptop.visit((session) => session.login("ada"));
    await laptop.visit((session) => {
      session.regenerate();
      session.login("ada");
    });
    expect(await phone.visit((session) => session.userId)).toBe("ada");
    expect(await laptop.visit((session) => session.userId)).toBe("ada");
  });
});

describe("G9 perUser", () => {
  test("G9 evict-oldest ends the oldest login, and says so", async () => {
    const it = bench({ limits: { perUser: 2 } });
    const browsers = [it.browser(), it.browser(), it.browser()];
    for (const browser of browsers) {
      await browser.visit((session) => session.login("ada"));
      it.wait(1_000);
    }
    const users = await Promise.all(browsers.map(async (browser) => (await browser.open()).userId));
    expect(users).toEqual([undefined, "ada", "ada"]);
    expect(it.eventsOf("ended")).toEqual([{ id: idOf(browsers[0]?.token), reason: "evicted" }]);
  });

  test("G9 reject refuses the login, which changes nothing, and 409 is the status", async () => {
    const it = bench({ limits: { perUser: 1, onLimit: "reject" } });
    await it.browser().visit((session) => session.login("ada"));
    const second = it.browser();
    await second.visit((session) => session.set("a", 1));
    const before = second.token;
    const session = await second.open();
    session.login("ada");
    const error = await rejectionOf(SessionLimitError, () => it.sessions.commit(session));
    expect([error.status, second.token]).toEqual([409, before]);
    expect(await second.visit((now) => [now.userId, now.get("a")])).toEqual([undefined, 1]);
    const third = it.browser();
    await rejectionOf(SessionLimitError, () => third.visit((now) => now.login("ada")));
    await rejectionOf(SessionLimitError, () => it.sessions.issue("ada"));
    expect(it.memory.listByUser("ada")).toHaveLength(1);
  });

  test("G9 logging in again within the same session is not one too many", async () => {
    const it = bench({ limits: { perUser: 1, onLimit: "reject" } });
    const browser = it.browser();
    for (let n = 0; n < 3; n++) await browser.visit((session) => session.login("ada"));
    expect((await browser.open()).userId).toBe("ada");
  });

  test("G9 holds under 20 parallel logins", async () => {
    for (const asynchronous of [false, true]) {
      const it = bench({ limits: { perUser: 3 }, asynchronous });
      await Promise.all(
        Array.from({ length: 20 }, () => it.browser().visit((session) => session.login("ada"))),
      );
      expect(it.memory.listByUser("ada")).toHaveLength(3);
    }
  });
});

describe("what survives a login beside the data", () => {
  test("a message that was left for the next page does, whatever keep says", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => {
      session.set("cart", ["apple"]);
      session.flash("notice", "log in to go on");
    });
    await browser.visit((session) => session.login("ada", { keep: [] }));
    const session = await browser.open();
    expect([session.get("notice"), session.get("cart")]).toEqual(["log in to go on", undefined]);
  });

  test("one that was left for another user does not", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    await browser.visit((session) => session.flash("notice", "for ada"));
    await browser.visit((session) => session.login("eve"));
    expect((await browser.open()).get("notice")).toBeUndefined();
  });
});

describe("a login of a moment ago, at an identity provider", () => {
  const HOUR = 3_600_000;
  const kinds = [
    ["in a store", () => bench()],
    ["sealed", () => sealedBench()],
  ] as const;
  test.each(kinds)("tells when that was, and is as fresh as that, %s", async (_, made) => {
    const it = made();
    const browser = it.browser();
    const at = it.now() - HOUR;
    await browser.visit((session) => {
      session.login("ada", { authenticatedAt: at, amr: ["pwd"] });
      expect([session.authenticatedAt, session.authenticatedWithin("59m")]).toEqual([at, false]);
    });
    const session = await browser.open();
    expect([session.authenticatedAt, session.amr]).toEqual([at, ["pwd"]]);
    expect([session.authenticatedWithin("1h"), session.authenticatedWithin("59m")]).toEqual([
      true,
      false,
    ]);
  });

  test.each(kinds)("moves no timeout, and the next login is fresh again, %s", async (_, made) => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { authenticatedAt: it.now() - HOUR }));
    expect((await browser.open()).expiresAt).toBe(it.now() + HOUR / 2);
    await browser.visit((session) => session.login("ada"));
    expect((await browser.open()).authenticatedAt).toBe(it.now());
  });

  test("is never later than now, whatever the provider's clock says", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { authenticatedAt: it.now() + HOUR }));
    const at = it.now();
    it.wait(1000);
    expect((await browser.open()).authenticatedAt).toBe(at);
  });

  test.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])("is refused at %s", async (at) => {
    const session = await bench().browser().open();
    expect(() => session.login("ada", { authenticatedAt: at })).toThrow(TypeError);
  });
});
