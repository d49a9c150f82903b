import { describe, expect, test } from "vitest";
import { STORES } from "../../interleavings/stores.ts";
import { describeWith } from "../../services/services.ts";
import { forgetful, unchecked } from "./mutations.ts";
import {
  EXTENSION_AND_END,
  EXTENSION_AND_LOGIN,
  EXTENSION_AND_RENEWAL,
  everyOrder,
  FAILING_RENEWALS,
  LATER_LOGIN,
  LOGIN_AND_LOGOUT,
  NAMELESS_LOGIN_AND_LOGOUT,
  type Race,
  RENEWAL_AND_END,
  RENEWAL_AND_LOGIN,
  SHORT_LOGIN_AND_LOGOUT,
  TWO_CALLBACKS,
  TWO_LOGOUTS,
  TWO_RENEWALS,
  TWO_REPLAYED_LOGOUTS,
  TWO_REPLAYS,
} from "./races.ts";

/** These answer at once: thousands of orders take seconds. */
const NEAR = ["memory", "SQLite"];

for (const { name, open, missing } of STORES) {
  describeWith({ missing }, `connections, ${name}`, () => {
    const near = NEAR.includes(name);
    const orders = async (race: Race, least = 10): Promise<void> => {
      expect(await everyOrder(open, race)).toBeGreaterThan(least);
    };

    test("G6 a login does not survive a logout by its provider that comes at the same time", () =>
      orders(SHORT_LOGIN_AND_LOGOUT));

    test("exactly one of two processes renews the tokens, and both get them", () =>
      orders(TWO_RENEWALS));

    test("a renewal that fails leaves it to the next", () => orders(FAILING_RENEWALS));

    test("G6 a renewal does not bring back what a logout ended", () =>
      orders(RENEWAL_AND_END.logout as Race));

    test("G6 a tie that is made longer is not brought back", () =>
      orders(EXTENSION_AND_END.logout as Race));

    test("what two processes are asked to do at once is done by one", () => orders(TWO_REPLAYS));

    test("a text is new once", () => orders(TWO_CALLBACKS, 1));

    describe.runIf(near)("in thousands of orders", () => {
      test.each(Object.entries(LOGIN_AND_LOGOUT))(
        "G6 a login does not survive a logout by %s that comes at the same time",
        (_, race) => orders(race, 200),
      );
      test.each(Object.entries(TWO_LOGOUTS))("two logouts, by %s, end a session once", (_, race) =>
        orders(race),
      );
      test.each(Object.entries(RENEWAL_AND_END))(
        "G6 a renewal does not bring back what a logout ended, by %s",
        (_, race) => orders(race),
      );
      test.each(Object.entries(LATER_LOGIN))(
        "a login that the logout is not about stays: %s",
        (_, race) => orders(race, 100),
      );
      test("G6 a login without a sid does not survive one by user and sid", () =>
        orders(NAMELESS_LOGIN_AND_LOGOUT));
      test.each(Object.entries(EXTENSION_AND_END))(
        "G6 a tie that is made longer does not survive a logout, by %s",
        (_, race) => orders(race),
      );
      test("a tie that is made longer keeps its new tokens, and its new end", () =>
        orders(EXTENSION_AND_RENEWAL));
      test("a tie that is made longer gives way to that of another login", () =>
        orders(EXTENSION_AND_LOGIN));
      test("a logout token that arrives twice is worked off once", () =>
        orders(TWO_REPLAYED_LOGOUTS, 100));
      test("a second login on the session is not undone by a renewal", () =>
        orders(RENEWAL_AND_LOGIN, 100));
    });

    test("noticed: a store that does not compare versions", async () => {
      await expect(everyOrder(open, TWO_RENEWALS, unchecked)).rejects.toThrow("used twice");
    });

    test("noticed: a store in which a login finds no mark", async () => {
      await expect(everyOrder(open, SHORT_LOGIN_AND_LOGOUT, forgetful)).rejects.toThrow("lives");
    });
  });
}
