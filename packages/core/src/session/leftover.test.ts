import { describe, expect, test } from "vitest";
import { sealed } from "../sealed/storage.ts";
import { A } from "../sealed/testing/sealing.ts";
import { memoryStore } from "../store/memory.ts";
import { Browser } from "../testing/bench.ts";
import { createSessions } from "./manager.ts";

const GRACE = 10_000;

describe.each(["in a store", "sealed"])(
  "a cookie left over from another Path, of a session %s",
  (kind) => {
    function application() {
      let now = 1_800_000_000_000;
      const clock = () => now;
      const store = memoryStore({ clock });
      const storage = kind === "sealed" ? sealed({ keys: A, revocation: store }) : store;
      const sessions = createSessions<Record<string, unknown>>({ storage, clock });
      const wait = (ms: number) => {
        now += ms;
      };
      return { browser: new Browser(sessions), sessions, wait };
    }

    test("G5 is no theft beside the good one: nobody is logged out", async () => {
      const { browser, sessions, wait } = application();
      const reuses: unknown[] = [];
      sessions.events.on("reuse-detected", (event) => reuses.push(event));
      await browser.visit((session) => session.login("ada"));
      const old = browser.token;
      wait(60_000);
      await browser.visit((session) => session.rotate());
      await browser.visit(() => {});
      wait(GRACE);
      for (const cookie of [
        `__Host-id=${old}; __Host-id=${browser.token}`,
        `__Host-id=${browser.token}; __Host-id=${old}`,
      ]) {
        expect((await sessions.open({ headers: { cookie } })).userId).toBe("ada");
      }
      expect((await browser.open()).userId).toBe("ada");
      expect(reuses).toEqual([]);
      // By itself it is.
      expect((await sessions.open({ headers: { cookie: `__Host-id=${old}` } })).isNew).toBe(true);
      expect(reuses).toHaveLength(1);
    });

    test("hides nothing that was written since", async () => {
      const { browser, sessions, wait } = application();
      await browser.visit((session) => session.set("a", 1));
      const old = browser.token;
      wait(1_000);
      await browser.visit((session) => session.set("a", 2));
      for (const cookie of [
        `__Host-id=${old}; __Host-id=${browser.token}`,
        `__Host-id=${browser.token}; __Host-id=${old}`,
      ]) {
        expect((await sessions.open({ headers: { cookie } })).get("a")).toBe(2);
      }
    });
  },
);
