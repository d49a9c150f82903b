import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Browser, bench, idOf, methodsOf } from "../testing/bench.ts";
import { createSessions } from "./manager.ts";
import type { Session } from "./session.ts";

/** A browser whose commit is under way: what `during` does happens before the store has answered. */
async function commitDuring(
  it: ReturnType<typeof bench>,
  browser: Browser,
  session: Session,
  during: () => unknown,
): Promise<void> {
  const done = it.sessions.commit(session);
  await during();
  browser.receive(await done);
}

const values = (session: Session) => ({ ...session.data });

describe("while a commit is under way", () => {
  test("changes of data stay for the next commit", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    const session = await browser.open();
    const cart: string[] = [];
    session.set("cart", cart);
    await commitDuring(it, browser, session, () => {
      cart.push("apple");
      session.set("b", 1);
      session.flash("note", "hi");
      session.update("n", (n) => Number(n ?? 0) + 1);
    });
    expect(await browser.visit(values)).toEqual({ cart: [] });
    await browser.commit(session);
    expect(await browser.visit((now) => [values(now), now.get("note")])).toEqual([
      { cart: ["apple"], b: 1, n: 1 },
      "hi",
    ]);
  });

  test("what was stored is not done again, whatever a handler made of a value meanwhile", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => {
      session.set("n", 0);
      session.set("o", { a: 1 });
    });
    const session = await browser.open();
    const held = session.get("o") as Record<string, unknown>;
    session.update("n", (n) => Number(n) + 1);
    await browser.visit((other) => other.set("o", { a: 2 }));
    await commitDuring(it, browser, session, () => {
      held.self = held;
    });
    await expect((async () => it.sessions.commit(session))()).rejects.toThrow(/o\.self/);
    delete held.self;
    await browser.commit(session);
    expect(await browser.visit((now) => now.get("n"))).toBe(1);
  });

  test("an updater that refuses what others wrote fails its own commit, not the one under way", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => session.set("stock", 1));
    const session = await browser.open();
    session.set("a", 1);
    await browser.visit((other) => other.set("stock", 0));
    await commitDuring(it, browser, session, () => {
      session.update("stock", (stock) => {
        if (Number(stock) < 1) throw new Error("sold out");
        return Number(stock) - 1;
      });
    });
    await expect((async () => it.sessions.commit(session))()).rejects.toThrow("sold out");
    expect(await browser.visit(values)).toEqual({ stock: 0, a: 1 });
  });

  test("a handler that goes on for long watches no more than one replaced value a key", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => session.set("cart", [0]));
    const session = await browser.open();
    let read = 0;
    for (let round = 1; round <= 50; round++) {
      const cart = session.get("cart") as number[] & { toJSON?: unknown };
      // Counts how often a value of the first round is still read.
      if (round === 1) {
        Object.defineProperty(cart, 0, {
          enumerable: true,
          configurable: true,
          get: () => {
            read += 1;
            return 0;
          },
        });
      }
      await browser.visit((other) => other.set("cart", [round]));
      session.set("seen", round);
      await browser.commit(session);
    }
    const before = read;
    session.set("seen", 0);
    await browser.commit(session);
    expect(read).toBe(before);
  });

  test("a flash value that cannot be written leaves the data's changes where they were", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 0));
    const session = await browser.open();
    const note: { text: unknown } = { text: "hi" };
    session.set("k", "v");
    session.flash("note", note);
    note.text = 1n;
    expect(() => it.sessions.commit(session)).toThrow(/note\.text/);
    note.text = "mended";
    await browser.visit((other) => other.set("a", 1));
    await browser.commit(session);
    expect(await browser.visit((now) => [values(now), now.get("note")])).toEqual([
      { a: 1, k: "v" },
      { text: "mended" },
    ]);
  });

  test.each(["destroy", "login", "regenerate", "rotate", "another login"] as const)(
    "%s is not forgotten",
    async (what) => {
      for (const stored of [true, false]) {
        const it = bench({ asynchronous: true });
        const browser = it.browser();
        if (stored) await browser.visit((session) => session.set("a", 1));
        const session = await browser.open();
        if (what === "another login") session.login("ada");
        session.set("b", 1);
        await commitDuring(it, browser, session, () => {
          if (what === "destroy") session.destroy();
          if (what === "login") session.login("ada");
          if (what === "another login") session.login("eve");
          if (what === "regenerate") session.regenerate();
          if (what === "rotate") session.rotate();
        });
        const between = browser.token;
        await browser.commit(session);
        const now = await browser.open();
        const context = [what, stored];
        if (what === "destroy") {
          expect([...context, browser.token]).toEqual([...context, undefined]);
          expect(await it.memory.read(idOf(between))).toBeUndefined();
        }
        if (what === "login") {
          expect([...context, now.userId, now.get("b")]).toEqual([...context, "ada", 1]);
          expect(browser.token).not.toBe(between);
        }
        if (what === "another login") {
          expect([...context, now.userId, now.get("b")]).toEqual([...context, "eve", undefined]);
          expect(it.memory.listByUser("ada")).toEqual([]);
        }
        if (what === "regenerate") {
          expect([...context, now.isNew, now.get("b")]).toEqual([...context, false, undefined]);
          expect(idOf(browser.token)).not.toBe(idOf(between));
        }
        if (what === "rotate") {
          expect([...context, browser.token === between, now.get("b")]).toEqual([
            ...context,
            false,
            1,
          ]);
          expect(idOf(browser.token)).toBe(idOf(between));
        }
      }
    },
  );

  test("a login while a destroy, or a commit that is lost, is under way begins anew", async () => {
    for (const ending of ["destroy", "lost"] as const) {
      const it = bench({ asynchronous: true });
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const session = await browser.open();
      if (ending === "destroy") session.destroy();
      else {
        session.set("a", 2);
        it.before("update", () => it.memory.destroy(session.id));
      }
      await commitDuring(it, browser, session, () => {
        if (ending === "lost") session.destroy();
        session.login("ada");
        session.set("b", 1);
      });
      await browser.commit(session);
      expect([ending, await browser.visit((now) => [now.userId, values(now)])]).toEqual([
        ending,
        ["ada", { b: 1 }],
      ]);
    }
  });

  test("an id that is taken is not taken over: the session gets another", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const taken = Buffer.from(idOf(browser.token), "base64url");
    let draws = 0;
    const again = createSessions({
      storage: methodsOf(it.memory),
      clock: it.now,
      // Every id so far, then others.
      random: (size) => (size === 16 && draws++ < 3 ? taken : new Uint8Array(size).fill(draws)),
    });
    const other = new Browser(again);
    await other.visit((session) => session.set("a", 1));
    expect(idOf(other.token)).not.toBe(idOf(browser.token));
    expect((await browser.open()).userId).toBe("ada");
    expect(await other.visit((session) => [session.userId, session.get("a")])).toEqual([
      undefined,
      1,
    ]);
  });

  test("another commit waits for it, and takes what is left", async () => {
    const it = bench({ asynchronous: true });
    const session = await it.sessions.open({ headers: {} });
    session.set("a", 1);
    const first = it.sessions.commit(session);
    session.set("b", 2);
    const second = it.sessions.commit(session);
    const third = it.sessions.commit(session);
    await Promise.all([first, second, third]);
    expect(it.calls).toEqual(["create", "update"]);
    expect(JSON.parse(it.memory.read(session.id)?.data ?? "")).toEqual({ a: 1, b: 2 });
  });

  test("a failure leaves everything for the next, what came since on top", async () => {
    const it = bench({ asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => {
      session.set("n", 1);
      session.flash("note", "once");
    });
    const session = await browser.open();
    session.update("n", (n) => Number(n) + 1);
    session.login("ada");
    expect(session.get("note")).toBe("once");
    it.before("update", () => Promise.reject(new Error("down")));
    const done = Promise.resolve(it.sessions.commit(session));
    session.update("n", (n) => Number(n) * 10);
    session.set("late", true);
    await expect(done).rejects.toThrow(/store/);
    await browser.commit(session);
    const now = await browser.open();
    expect([now.userId, values(now), now.has("note")]).toEqual([
      "ada",
      { n: 20, late: true },
      false,
    ]);
  });

  test("whatever a request asks for that does not write keeps nobody's writes away", async () => {
    for (const quiet of ["rotate", "touch", "rotate twice", "read"] as const) {
      for (const resent of [false, true]) {
        const it = bench();
        const browser = it.browser();
        await browser.visit((session) => session.set("a", 0));
        const other = browser.copy();
        if (resent) await browser.copy().visit((session) => session.rotate());
        // Long enough for the rotation's token to be told again.
        it.wait(11_000);
        const session = await browser.open();
        expect(session.get("a")).toBe(0);
        await other.visit((theirs) => theirs.set("theirs", 1));
        if (quiet === "rotate" || quiet === "rotate twice") session.rotate();
        if (quiet === "touch") session.touch();
        await browser.commit(session);
        if (quiet === "rotate twice") session.rotate();
        await browser.commit(session);
        session.set("mine", 1);
        await browser.commit(session);
        const now = await browser.open();
        expect([quiet, resent, values(now)]).toEqual([quiet, resent, { a: 0, theirs: 1, mine: 1 }]);
      }
    }
  });
});

// --- many requests on one session --------------------------------------------------------------------------------------

type Step =
  | { readonly kind: "set"; readonly key: string; readonly value: number }
  | { readonly kind: "delete" | "push" | "count"; readonly key: string };

const steps = (prefix: string) => {
  const key = fc.constantFrom(`${prefix}1`, `${prefix}2`, `${prefix}__proto__`);
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("set" as const), key, value: fc.nat(9) }),
      fc.record({
        kind: fc.constantFrom("delete" as const, "push" as const, "count" as const),
        key,
      }),
    ),
    { maxLength: 6 },
  );
};

function take(session: Session, step: Step): void {
  if (step.kind === "set") session.set(step.key, step.value);
  else if (step.kind === "delete") session.delete(step.key);
  else if (step.kind === "count")
    session.update(step.key, (n) => (typeof n === "number" ? n : 0) + 1);
  else {
    if (!Array.isArray(session.get(step.key))) session.set(step.key, []);
    (session.get(step.key) as number[]).push(1);
  }
}

function model(data: Map<string, unknown>, step: Step): void {
  const value = data.get(step.key);
  if (step.kind === "set") data.set(step.key, step.value);
  else if (step.kind === "delete") data.delete(step.key);
  else if (step.kind === "count") data.set(step.key, (typeof value === "number" ? value : 0) + 1);
  else data.set(step.key, [...(Array.isArray(value) ? value : []), 1]);
}

const sorted = (data: Iterable<[string, unknown]>) =>
  [...data]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, JSON.stringify(value)]);

describe("G7 requests at once on one session", () => {
  test("G7 writes to different keys all survive, whoever commits when", async () => {
    const requests = fc.tuple(steps("a"), steps("b"), steps("c"));
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.boolean(),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        async (lists, asynchronous, order) => {
          const it = bench({ asynchronous });
          const browser = it.browser();
          await browser.visit((session) => session.set("base", 1));
          const sessions = await Promise.all(lists.map(() => browser.open()));
          for (const [n, list] of lists.entries()) {
            for (const step of list) take(sessions[n] as Session, step);
          }
          await Promise.all(order.map((n) => browser.commit(sessions[n] as Session)));
          const expected = new Map<string, unknown>([["base", 1]]);
          for (const step of lists.flat()) model(expected, step);
          const record = it.memory.read(idOf(browser.token));
          const stored = JSON.parse(record?.data ?? "") as Record<string, unknown>;
          expect(sorted(Object.entries(stored))).toEqual(sorted(expected));
          // A second commit of each finds nothing that it has not written.
          const version = record?.version;
          for (const session of sessions) await browser.commit(session);
          expect(it.memory.read(idOf(browser.token))?.version).toBe(version);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("G7 update never loses a count", async () => {
    const counts = fc.array(fc.nat(4), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(counts, fc.boolean(), async (list, asynchronous) => {
        const it = bench({ asynchronous });
        const browser = it.browser();
        await browser.visit((session) => session.set("n", 0));
        await Promise.all(
          list.map(async (count) => {
            const session = await browser.open();
            for (let i = 0; i < count; i++) session.update("n", (n) => Number(n) + 1);
            await browser.commit(session);
            session.update("n", (n) => Number(n) + 1);
            await browser.commit(session);
          }),
        );
        const total = list.reduce((sum, count) => sum + count + 1, 0);
        expect(await browser.visit((session) => session.get("n"))).toBe(total);
      }),
      { numRuns: 100 },
    );
  });

  test("G7 set on the same key: the last commit wins, and conflicts are told", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 0));
    const [first, second] = [await browser.open(), await browser.open()];
    first.set("a", 1);
    second.set("a", 2);
    await browser.commit(second);
    await browser.commit(first);
    expect(await browser.visit((session) => session.get("a"))).toBe(1);
    expect(it.eventsOf("conflict")).toEqual([{ id: idOf(browser.token), attempt: 1 }]);
  });

  test("G7 clear() leaves nothing, also of what came meanwhile", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const session = await browser.open();
    session.clear();
    session.set("new", 1);
    await browser.visit((other) => other.set("theirs", 1));
    await browser.commit(session);
    expect(await browser.visit(values)).toEqual({ new: 1 });
  });

  test("a writer that always loses gives up with a 503, and nothing of it is written", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("n", 0));
    const id = idOf(browser.token);
    const session = await browser.open();
    session.set("mine", 1);
    const overtake = () => {
      const record = it.memory.read(id);
      if (record) it.memory.update({ ...record, version: record.version + 1 }, record.version);
    };
    for (let n = 0; n < 200; n++) it.before("update", overtake);
    await expect(browser.commit(session)).rejects.toMatchObject({ code: "conflict", status: 503 });
    expect((await browser.open()).get("mine")).toBeUndefined();
  });
});

describe("flash", () => {
  test("the first request that asks gets it, others leave it, and none gets it twice", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.flash("note", { text: "saved" }));
    await browser.visit(() => undefined);
    expect(await browser.visit((session) => session.has("note"))).toBe(true);
    const read = await browser.visit((session) => [session.get("note"), session.get("note")]);
    expect(read).toEqual([{ text: "saved" }, { text: "saved" }]);
    expect(await browser.visit((session) => [session.has("note"), session.get("note")])).toEqual([
      false,
      undefined,
    ]);
  });

  test("one taken and left again at the same time by two requests is there once", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.flash("note", "old"));
    const [reader, writer] = [await browser.open(), await browser.open()];
    expect(reader.get("note")).toBe("old");
    writer.flash("note", "new");
    await browser.commit(writer);
    await browser.commit(reader);
    expect(await browser.visit((session) => session.get("note"))).toBe("new");
    expect(await browser.visit((session) => session.get("note"))).toBeUndefined();
  });

  test("what a request sets is what it reads, flash or not", async () => {
    const browser = bench().browser();
    await browser.visit((session) => session.flash("note", "flashed"));
    await browser.visit((session) => {
      session.set("note", "mine");
      expect(session.get("note")).toBe("mine");
    });
    expect(await browser.visit((session) => session.get("note"))).toBe("mine");
  });

  test("survives a login, and not a regenerate", async () => {
    const browser = bench().browser();
    await browser.visit((session) => session.flash("note", 1));
    await browser.visit((session) => session.login("ada"));
    expect(await browser.visit((session) => session.has("note"))).toBe(true);
    await browser.visit((session) => session.regenerate());
    expect(await browser.visit((session) => session.has("note"))).toBe(false);
  });
});
