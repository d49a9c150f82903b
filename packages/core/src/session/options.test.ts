import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { cookiePolicy } from "../cookie/policy.ts";
import { milliseconds } from "../duration.ts";
import { SessionConfigError } from "../errors.ts";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { failureOf } from "../testing/failure.ts";
import { createSessions } from "./manager.ts";
import { type SessionsOptions, settingsOf } from "./options.ts";

/** For options that only a program without types can bring. */
const optionsOf = (options: unknown) => options as SessionsOptions<Record<string, unknown>>;
const failureFor = (options: unknown) =>
  failureOf(SessionConfigError, () => createSessions(optionsOf(options)));

const { listByUser: _, destroyByUser: __, ...withoutUsers } = storeMethods();
function storeMethods(): SessionStore {
  const store = memoryStore();
  return {
    read: (id) => store.read(id),
    create: (record) => store.create(record),
    update: (record, version) => store.update(record, version),
    touch: (id, times) => store.touch(id, times),
    destroy: (id) => store.destroy(id),
    listByUser: (userId) => store.listByUser(userId),
    destroyByUser: (userId) => store.destroyByUser(userId),
  };
}

describe("createSessions", () => {
  test("works with nothing", async () => {
    const sessions = createSessions();
    const session = await sessions.open({ headers: {} });
    session.set("a", 1);
    expect(await sessions.commit(session)).toHaveLength(3);
  });

  test("has these defaults", () => {
    const settings = settingsOf({});
    expect(settings).toMatchObject({
      cookie: cookiePolicy(),
      timeouts: {
        idle: 1_800_000,
        absolute: 43_200_000,
        touchEvery: 60_000,
        rotationGrace: 10_000,
      },
      schema: undefined,
      onInvalid: "discard",
      limit: undefined,
      onStoreError: "fail",
      trusted: new Set(),
      storeTimeout: 2_000,
    });
    expect(settings.random(16)).toHaveLength(16);
    expect(Math.abs(settings.clock() - Date.now())).toBeLessThan(5_000);
  });

  test.each([
    ["aal1", "7d", "30d"],
    ["aal2", "1h", "24h"],
    ["aal3", "15m", "12h"],
  ] as const)(
    "%s is what NIST SP 800-63B-4 says: idle %s, at most %s",
    (preset, idle, absolute) => {
      expect(settingsOf({ timeouts: preset }).timeouts).toEqual({
        idle: milliseconds(idle, ""),
        absolute: milliseconds(absolute, ""),
        touchEvery: 60_000,
        rotationGrace: 10_000,
      });
    },
  );

  test("touches a tenth of a short idle timeout", () => {
    expect(settingsOf({ timeouts: { idle: "30s" } }).timeouts.touchEvery).toBe(3_000);
    expect(settingsOf({ timeouts: { idle: "1ms" } }).timeouts.touchEvery).toBe(0);
    expect(settingsOf({ timeouts: { touchEvery: "0s" } }).timeouts.touchEvery).toBe(0);
  });
});

describe("a configuration error names the option and the remedy", () => {
  const cases: readonly (readonly [unknown, string, RegExp])[] = [
    [null, "options", /object/],
    ["memory", "options", /object/],
    [{ store: memoryStore() }, "store", /there are storage, cookie/],
    [{ secret: "keyboard cat" }, "secret", /is not an option/],
    [{ cookies: {} }, "cookies", /is not an option/],
    [JSON.parse('{"__proto__":1}'), "__proto__", /is not an option/],
    [{ cookie: { sameSite: "lax", maxAge: 1 } }, "cookie.maxAge", /there are name, domain/],
    [{ cookie: null }, "cookie", /object/],
    [{ timeouts: { idel: "30m" } }, "timeouts.idel", /there are idle, absolute/],
    [{ timeouts: null }, "timeouts", /object/],
    [{ timeouts: "30m" }, "timeouts", /"aal1", "aal2", "aal3"/],
    [{ timeouts: "constructor" }, "timeouts", /"aal1"/],
    [{ timeouts: "AAL1" }, "timeouts", /"aal1"/],
    [{ timeouts: 1800 }, "timeouts", /object/],
    [{ timeouts: { idle: 1800 } }, "timeouts.idle", /like "30m".*not 1800/],
    [{ timeouts: { absolute: 43_200 } }, "timeouts.absolute", /like "30m"/],
    [{ timeouts: { touchEvery: 60 } }, "timeouts.touchEvery", /like "30m"/],
    [{ timeouts: { rotationGrace: 10 } }, "timeouts.rotationGrace", /like "30m"/],
    [{ timeouts: { idle: "-5m" } }, "timeouts.idle", /like "30m"/],
    [{ timeouts: { idle: "0s" } }, "timeouts.idle", /longer than nothing/],
    [{ timeouts: { idle: "0.1ms" } }, "timeouts.idle", /longer than nothing/],
    [{ timeouts: { absolute: "0d" } }, "timeouts.absolute", /longer than nothing/],
    [{ timeouts: { idle: "13h" } }, "timeouts.idle", /at most "12h".*timeouts\.absolute/],
    [{ timeouts: { idle: "1h", absolute: "59m" } }, "timeouts.idle", /at most "59m"/],
    [{ timeouts: { absolute: "401d" } }, "timeouts.absolute", /at most "400d"/],
    [{ timeouts: { idle: "30m", touchEvery: "30m" } }, "timeouts.touchEvery", /shorter than/],
    [{ timeouts: { rotationGrace: "61s" } }, "timeouts.rotationGrace", /at most "1m"/],
    [{ storage: null }, "storage", /lacks read, create, update, touch, destroy/],
    [{ storage: {} }, "storage", /lacks read, create, update, touch, destroy/],
    [{ storage: { ...storeMethods(), touch: undefined } }, "storage", /lacks touch$/],
    [{ storage: memoryStore }, "storage", /session store/],
    [{ schema: {} }, "schema", /Standard Schema/],
    [{ schema: null }, "schema", /Standard Schema/],
    [{ schema: { "~standard": { validate: 5 } } }, "schema", /zod, valibot or arktype/],
    [{ onInvalid: "drop" }, "onInvalid", /"discard" or "fail"/],
    [{ onInvalid: null }, "onInvalid", /"discard" or "fail"/],
    [{ limits: null }, "limits", /object/],
    [{ limits: { perUser: 0 } }, "limits.perUser", /whole number from 1/],
    [{ limits: { perUser: 1.5 } }, "limits.perUser", /whole number/],
    [{ limits: { perUser: "5" } }, "limits.perUser", /whole number/],
    [{ limits: { perUser: Number.POSITIVE_INFINITY } }, "limits.perUser", /whole number/],
    [{ limits: {} }, "limits.perUser", /whole number/],
    [{ limits: { perUser: 5, onLimit: "evict" } }, "limits.onLimit", /"evict-oldest" or "reject"/],
    [{ limits: { perUser: 5, perHost: 1 } }, "limits.perHost", /there are perUser, onLimit/],
    [{ limits: { perUser: 5 }, storage: withoutUsers }, "limits.perUser", /list by user/],
    [{ onStoreError: "ignore" }, "onStoreError", /"fail" or "anonymous"/],
    [{ onStoreError: true }, "onStoreError", /"fail" or "anonymous"/],
    [{ crossOrigin: "deny" }, "crossOrigin", /"allow"/],
    [{ crossOrigin: null }, "crossOrigin", /"allow"/],
    [{ crossOrigin: false }, "crossOrigin", /"allow"/],
    [{ crossOrigin: { origins: [] } }, "crossOrigin.origins", /there are trusted/],
    [{ crossOrigin: { trusted: "https://a.example" } }, "crossOrigin.trusted", /list/],
    [{ crossOrigin: { trusted: ["a.example"] } }, "crossOrigin.trusted", /"a\.example"/],
    [{ crossOrigin: { trusted: ["https://a.example/"] } }, "crossOrigin.trusted", /origins like/],
    [{ crossOrigin: { trusted: ["https://A.example"] } }, "crossOrigin.trusted", /origins like/],
    [{ crossOrigin: { trusted: ["https://a.example:443"] } }, "crossOrigin.trusted", /origins/],
    [{ crossOrigin: { trusted: ["null"] } }, "crossOrigin.trusted", /origins like/],
    [{ crossOrigin: { trusted: ["*"] } }, "crossOrigin.trusted", /origins like/],
    [{ crossOrigin: { trusted: ["file://"] } }, "crossOrigin.trusted", /origins like/],
    [{ crossOrigin: { trusted: [5] } }, "crossOrigin.trusted", /origins like/],
    [{ storeTimeout: 2000 }, "storeTimeout", /like "30m"/],
    [{ storeTimeout: "0s" }, "storeTimeout", /longer than nothing/],
    [{ storeTimeout: "25d" }, "storeTimeout", /at most "24d"/],
    [{ clock: 5 }, "clock", /function/],
    [{ clock: null }, "clock", /function/],
    [{ random: "x" }, "random", /function/],
  ];
  test.each(
    cases.map(([options, option, remedy]) => ({
      options,
      option,
      remedy,
      text: inspect(options, { depth: 2, breakLength: 200 }).slice(0, 80),
    })),
  )("$option: $text", ({ options, option, remedy }) => {
    const error = failureFor(options);
    expect(error.option).toBe(option);
    expect(error.message).toMatch(remedy);
    expect(error.message.startsWith(option)).toBe(true);
  });

  test("at the edges of what is possible nothing throws", () => {
    for (const options of [
      { timeouts: { idle: "400d", absolute: "400d", rotationGrace: "1m" } },
      { timeouts: { idle: "1m", touchEvery: "59s" } },
      { timeouts: { rotationGrace: "0s" } },
      { limits: { perUser: 1 } },
      { crossOrigin: { trusted: [] } },
      { crossOrigin: { trusted: ["https://a.example", "http://localhost:3000"] } },
      { storeTimeout: "24d" },
      { storage: withoutUsers },
    ]) {
      expect(createSessions(optionsOf(options))).toBeDefined();
    }
  });
});
