import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  CookieDeliveryError,
  CrossOriginError,
  InvalidDataError,
  SessionConfigError,
  SessionConflictError,
  SessionDestroyedError,
  SessionError,
  type SessionErrorCode,
  SessionLimitError,
  SessionNotLoadedError,
  SessionStoreError,
  SessionTooLateError,
  UnserialisableError,
} from "./errors.ts";

const all: readonly (readonly [SessionError, string, SessionErrorCode, number])[] = [
  [new SessionConfigError("cookie.name", "m"), "SessionConfigError", "config", 500],
  [new SessionStoreError("read", "m"), "SessionStoreError", "store", 503],
  [new SessionConflictError(100), "SessionConflictError", "conflict", 503],
  [new CrossOriginError(), "CrossOriginError", "cross-origin", 403],
  [new SessionTooLateError("login()", "do it before"), "SessionTooLateError", "too-late", 500],
  [new SessionDestroyedError("set()"), "SessionDestroyedError", "destroyed", 500],
  [new UnserialisableError("a.b", "a Map", "r"), "UnserialisableError", "unserialisable", 500],
  [new InvalidDataError("stored", []), "InvalidDataError", "invalid-data", 500],
  [new CookieDeliveryError("m"), "CookieDeliveryError", "cookie", 500],
  [new SessionLimitError(5), "SessionLimitError", "limit", 409],
  [new SessionNotLoadedError("m"), "SessionNotLoadedError", "not-loaded", 500],
];

describe("every error", () => {
  test.each(all)("%s has its name, code and status", (error, name, code, status) => {
    expect(error).toBeInstanceOf(SessionError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(error.code).toBe(code);
    expect([error.status, error.statusCode]).toEqual([status, status]);
    expect(inspect(error)).toContain(name);
  });

  test("shows its message to the client only where the client is at fault", () => {
    for (const [error, , , status] of all) expect(error.expose).toBe(status < 500);
  });

  test("comes with a code of its own", () => {
    expect(new Set(all.map(([error]) => error.code)).size).toBe(all.length);
  });
});

describe("an error's details", () => {
  test("a SessionStoreError keeps the driver's own error and the operation", () => {
    const cause = new Error("ECONNREFUSED");
    const error = new SessionStoreError("update", "failed", { cause });
    expect([error.cause, error.operation]).toEqual([cause, "update"]);
  });

  test("an UnserialisableError says where, what and what to do", () => {
    const error = new UnserialisableError("cart[0].at", "a Date", "store its getTime()");
    expect(error.path).toBe("cart[0].at");
    expect(error.message).toBe(
      "value cart[0].at is a Date, which JSON does not keep; store its getTime()",
    );
  });

  test("an InvalidDataError lists every issue with its path", () => {
    const issues = [{ message: "too long", path: "cart.0" }, { message: "odd" }];
    const error = new InvalidDataError("written", issues);
    expect(error.issues).toEqual(issues);
    expect(error.message).toMatch(
      /^written session data fails the schema: cart\.0: too long; odd$/,
    );
  });
});
