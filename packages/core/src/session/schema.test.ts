import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvalidDataError, UnserialisableError } from "../errors.ts";
import { bench, idOf, type Loose } from "../testing/bench.ts";
import { rejectionOf } from "../testing/failure.ts";
import type { OnInvalid, StandardSchema } from "./schema.ts";

interface Data {
  cart: string[];
  count: number;
  theme?: "dark" | "light" | undefined;
}

const schemas: Record<string, StandardSchema<Data>> = {
  zod: z.object({
    cart: z.array(z.string()).default([]),
    count: z.number().max(10).default(0),
    theme: z.enum(["dark", "light"]).optional(),
  }),
  valibot: v.object({
    cart: v.optional(v.array(v.string()), []),
    count: v.optional(v.pipe(v.number(), v.maxValue(10)), 0),
    theme: v.optional(v.picklist(["dark", "light"])),
  }),
  "zod, asynchronous": later(
    z.object({
      cart: z.array(z.string()).default([]),
      count: z.number().max(10).default(0),
      theme: z.enum(["dark", "light"]).optional(),
    }),
  ),
};

/** The same schema, with a promise for its answer. */
function later<T>(schema: StandardSchema<T>): StandardSchema<T> {
  const { validate, ...rest } = schema["~standard"];
  return { "~standard": { ...rest, validate: async (value) => validate(value) } };
}

/** Puts other data where a session's are, as an older version of the application would have left it. */
function plant(
  it: { memory: ReturnType<typeof bench>["memory"] },
  token: string | undefined,
  data: Loose,
): void {
  const record = it.memory.read(idOf(token));
  if (record === undefined) throw new Error("there is no record");
  it.memory.update(
    { ...record, version: record.version + 1, data: JSON.stringify(data) },
    record.version,
  );
}

describe.each(Object.entries(schemas))("with a schema of %s", (name, schema) => {
  test("the defaults are there, and are no write", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    expect(await browser.visit((session) => ({ ...session.data }))).toEqual({ cart: [], count: 0 });
    expect([it.calls, browser.setCookies]).toEqual([[], []]);
    await browser.visit((session) => session.set("theme", "dark"));
    it.calls.length = 0;
    await browser.visit((session) => session.data.cart.length);
    expect(it.calls).toEqual(["read"]);
  });

  test("a default that is mutated is saved, and is nobody else's", async () => {
    const it = bench<Data>({ schema });
    const [one, other] = [it.browser(), it.browser()];
    await one.visit((session) => session.data.cart.push("apple"));
    expect(await one.visit((session) => session.get("cart"))).toEqual(["apple"]);
    expect(await other.visit((session) => session.get("cart"))).toEqual([]);
    await one.visit((session) => session.regenerate());
    expect((await one.visit((session) => session.get("cart"))) ?? []).toEqual([]);
  });

  test("invalid data is refused at commit, by path, and not stored", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.set("count", 1));
    for (const work of ["set", "update", "mutate"]) {
      const session = await browser.open();
      if (work === "set") session.set("count", 11);
      if (work === "update") session.update("count", (n) => (n ?? 0) + 10);
      if (work === "mutate") (session.data.cart as unknown[]).push(5);
      it.calls.length = 0;
      const error = await rejectionOf(InvalidDataError, () => it.sessions.commit(session));
      expect([error.code, error.status, it.calls]).toEqual(["invalid-data", 500, []]);
      expect(error.issues[0]?.path).toBe(work === "mutate" ? "cart.0" : "count");
      expect(error.message).toMatch(/^written session data/);
    }
    expect(await browser.visit((session) => [session.get("count"), session.get("cart")])).toEqual([
      1,
      [],
    ]);
  });

  test("what a conflict makes invalid is refused too", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.set("count", 5));
    const session = await browser.open();
    session.update("count", (n) => (n ?? 0) + 3);
    await browser.visit((other) => other.set("count", 9));
    await rejectionOf(InvalidDataError, () => it.sessions.commit(session));
    expect(await browser.visit((now) => now.get("count"))).toBe(9);
  });

  test("stored data of an old shape is discarded, with an event, and nothing is written for it", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    plant(it, browser.token, { cart: "apple" });
    it.calls.length = 0;
    expect(await browser.visit((session) => [session.userId, { ...session.data }])).toEqual([
      "ada",
      { cart: [], count: 0 },
    ]);
    expect(it.calls).toEqual(["read"]);
    expect(it.eventsOf("data-invalid")).toEqual([
      { id: idOf(browser.token), outcome: "discarded" },
    ]);
  });

  test('onInvalid: "fail" fails the request and keeps the data', async () => {
    const it = bench<Data>({ schema, onInvalid: "fail" });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    plant(it, browser.token, { cart: "apple" });
    const error = await rejectionOf(InvalidDataError, () => browser.open());
    expect(error.message).toMatch(/^stored session data .*cart/);
    expect(it.eventsOf("data-invalid")).toEqual([{ id: idOf(browser.token), outcome: "failed" }]);
    expect(it.memory.read(idOf(browser.token))?.data).toBe('{"cart":"apple"}');
  });

  test("a function migrates, and its result is validated in its turn", async () => {
    const migrate: OnInvalid = (old) => ({
      ...old,
      cart: String(old.cart).split(","),
      count: old.count,
    });
    const it = bench<Data>({ schema, onInvalid: migrate });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    plant(it, browser.token, { cart: "apple,pear", count: 2 });
    expect(await browser.visit((session) => ({ ...session.data }))).toEqual({
      cart: ["apple", "pear"],
      count: 2,
    });
    await browser.visit((session) => session.set("theme", "light"));
    expect(JSON.parse(it.memory.read(idOf(browser.token))?.data ?? "")).toEqual({
      cart: ["apple", "pear"],
      count: 2,
      theme: "light",
    });
    expect(it.eventsOf("data-invalid").map(({ outcome }) => outcome)).toEqual([
      "migrated",
      "migrated",
    ]);
    plant(it, browser.token, { cart: "x", count: 99 });
    await rejectionOf(InvalidDataError, () => browser.open());
    expect(it.eventsOf("data-invalid").at(-1)?.outcome).toBe("failed");
  });

  test("what a commit brings back is of today's shape too: rotate and touch lose no default", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    plant(it, browser.token, { count: 3 });
    const session = await browser.open();
    expect([session.get("cart"), session.get("count")]).toEqual([[], 3]);
    session.rotate();
    await browser.commit(session);
    expect([session.get("cart"), session.get("count")]).toEqual([[], 3]);
    session.get("cart")?.push("apple");
    await browser.commit(session);
    expect(await browser.visit((now) => ({ ...now.data }))).toEqual({ cart: ["apple"], count: 3 });
    expect(name).toBeDefined();
  });

  test("login and regenerate work although nothing was written yet", async () => {
    const it = bench<Data>({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    expect(await browser.visit((session) => [session.userId, session.get("count")])).toEqual([
      "ada",
      0,
    ]);
    await browser.visit((session) => session.regenerate());
    expect(await browser.visit((session) => [session.userId, session.get("count")])).toEqual([
      undefined,
      0,
    ]);
    const token = await it.sessions.issue("eve");
    const session = await it.sessions.open({ headers: { cookie: `__Host-id=${token}` } });
    expect([session.userId, session.get("count")]).toEqual(["eve", 0]);
    expect(it.eventsOf("data-invalid")).toEqual([]);
  });
});

describe("a schema that demands what only the application knows", () => {
  const schema = z.object({ name: z.string() });

  test("lets a visitor come and a user log in, and insists at the first write", async () => {
    const it = bench({ schema });
    const browser = it.browser();
    expect(await browser.visit((session) => ({ ...session.data }))).toEqual({});
    await browser.visit((session) => session.login("ada"));
    expect(await browser.visit((session) => session.userId)).toBe("ada");
    expect(it.eventsOf("data-invalid")).toEqual([]);
    await browser.visit((session) => session.set("name", "Ada"));
    const session = await browser.open();
    session.delete("name");
    session.set("name" as never, undefined as never);
    expect(await browser.visit((now) => now.get("name"))).toBe("Ada");
  });
});

describe("a schema whose output JSON would not keep", () => {
  test("G14 is refused when the data is loaded, by path", async () => {
    const schema = z.object({ at: z.coerce.date() });
    const it = bench({ schema });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    plant(it, browser.token, { at: "2026-01-01" });
    expect((await rejectionOf(UnserialisableError, () => browser.open())).path).toBe("at");
  });

  test("is refused where it is no object at all", async () => {
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ value: [1] }) },
    } as const;
    const it = bench<Loose>({ schema: schema as unknown as StandardSchema<Loose> });
    await rejectionOf(InvalidDataError, async () => it.sessions.open({ headers: {} }));
  });
});
