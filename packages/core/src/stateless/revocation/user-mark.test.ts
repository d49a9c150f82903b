import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../../errors.ts";
import { START } from "../../testing/bench.ts";
import { isSessionId, type SessionId } from "../../token/token.ts";
import { entryRecord } from "./entry.ts";
import { isPutOut, nextMark, readMark, type UserMark, userMarkId } from "./user-mark.ts";

const IDS = ["A", "B", "C"].map((it) => it.repeat(21).concat("A") as SessionId);
const record = (content: object) =>
  entryRecord({ id: IDS[0] as SessionId }, content, { version: 1, now: START, expiresAt: START });

test("a user's mark has an id of its own for each user and cookie, that no session can have", () => {
  const names = ["a", "b", 'a","b', "", "a\u0000"];
  const ids = names.flatMap((cookie) => names.map((user) => userMarkId(user, cookie)));
  expect(new Set(ids).size).toBe(names.length ** 2);
  expect(ids.some(isSessionId)).toBe(false);
  expect(ids.every((id) => /^[\w-]{22}$/.test(id))).toBe(true);
});

test("what a mark says survives being kept, and anything else is a broken store", () => {
  const mark = { notBefore: 5, except: { id: IDS[1] as SessionId, since: 3 } };
  expect(readMark(record(mark))).toEqual(mark);
  expect(readMark(record({ notBefore: 5 }))).toEqual({ notBefore: 5, except: undefined });
  for (const broken of [
    {},
    { notBefore: "5" },
    { notBefore: null },
    { notBefore: 5, except: null },
    { notBefore: 5, except: { id: IDS[1] } },
    { epoch: 0, since: 0, floor: 0 },
  ]) {
    expect(() => readMark(record(broken)), JSON.stringify(broken)).toThrow(SessionStoreError);
  }
  expect(() => readMark({ ...record(mark), data: "{" })).toThrow(SessionStoreError);
  expect(() => readMark({ ...record(mark), data: '{"v":2,"notBefore":5}' })).toThrow(
    SessionStoreError,
  );
});

describe("successive revocations", () => {
  /** What it means, without the compression into one mark: a list of what happened. */
  const isPutOutByAll = (
    login: { id: SessionId; authenticatedAt: number },
    revocations: readonly { at: number; except: SessionId | undefined }[],
  ) => revocations.some(({ at, except }) => login.authenticatedAt <= at && except !== login.id);

  const revocation = fc.record({
    after: fc.nat({ max: 3 }),
    except: fc.constantFrom(undefined, ...IDS),
  });

  test("one mark says what all revocations so far come to", () => {
    fc.assert(
      fc.property(
        fc.array(revocation, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...IDS),
        fc.integer({ min: 1, max: 20 }),
        (list, id, authenticatedAt) => {
          let at = 0;
          let mark: UserMark | undefined;
          const happened = list.map(({ after, except }) => {
            at += after;
            mark = nextMark(mark, at, except);
            // Of one moment, each is later than the one before: so is the login between them.
            return { at: mark.notBefore, except };
          });
          const login = { id, authenticatedAt };
          expect(isPutOut(login, mark as UserMark)).toBe(isPutOutByAll(login, happened));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test("a clock that goes back moves no mark back", () => {
    const mark = nextMark(nextMark(undefined, 10), 5);
    expect(mark.notBefore).toBe(11);
    expect(nextMark({ notBefore: 10 }, 5, IDS[0]).except).toEqual({ id: IDS[0], since: 10 });
  });

  test("an exception that is no session's id is none", () => {
    for (const except of ["", "x", "__proto__", undefined]) {
      expect(nextMark(undefined, 5, except)).toEqual({ notBefore: 5 });
    }
  });

  test("a login without a moment is before every mark", () => {
    expect(isPutOut({ id: IDS[0] as SessionId, authenticatedAt: null }, { notBefore: 0 })).toBe(
      true,
    );
  });
});
