import { describe, expect, test } from "vitest";
import { attempt, chain, isPromise } from "./promise.ts";
import { thenable, withThen } from "./testing/thenable.ts";

describe("isPromise", () => {
  test.each([null, undefined, 0, "", "then", {}, withThen(1), []])("%j is none", (value) => {
    expect(isPromise(value)).toBe(false);
  });

  test("a promise is one, and whatever has then()", () => {
    expect(isPromise(Promise.resolve())).toBe(true);
    expect(isPromise(thenable(1))).toBe(true);
  });
});

describe("chain", () => {
  test("goes on at once where the value is at hand", () => {
    expect(chain(1, (n) => n + 1)).toBe(2);
  });

  test("waits where it has to", async () => {
    const result = chain(Promise.resolve(1), (n) => n + 1);
    expect(isPromise(result)).toBe(true);
    expect(await result).toBe(2);
  });
});

describe("attempt", () => {
  test("hands on what was thrown at once", () => {
    const result = attempt<string>(
      () => {
        throw new Error("no");
      },
      (error) => (error as Error).message,
    );
    expect(result).toBe("no");
  });

  test("hands on what was rejected later", async () => {
    const result = attempt<string>(
      () => Promise.reject(new Error("no")),
      (error) => (error as Error).message,
    );
    expect(await result).toBe("no");
  });

  test("leaves success alone, sooner or later", async () => {
    const never = (): never => expect.unreachable();
    expect(attempt(() => 1, never)).toBe(1);
    expect(await attempt(() => Promise.resolve(1), never)).toBe(1);
  });

  test("takes a promise that knows only then()", async () => {
    expect(
      await attempt(
        () => thenable(1),
        () => 2,
      ),
    ).toBe(1);
  });
});
