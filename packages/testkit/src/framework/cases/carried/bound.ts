import assert from "node:assert/strict";
import { createSessions, memoryStore } from "@coatcheck/core";
import type { FrameworkCase, Site } from "../../case.ts";
import { COOKIE } from "../../visitor.ts";
import { basics, dataOf, dataWith, eventsOf, known, ok, tokenOf } from "../basics.ts";

/** How one may be told that a token is not one of ours. */
const REASONS: readonly string[] = ["malformed", "tampered", "unknown-key"];

/** It opens nothing, and one event says so. */
async function assertRefused(site: Site, token: string, what: string): Promise<void> {
  const before = eventsOf(site, "token-rejected").length;
  assert.deepEqual(await dataWith(site, `${COOKIE}=${token}`), {}, what);
  const events = eventsOf(site, "token-rejected").slice(before);
  assert.equal(events.length, 1, `${what}: ${events.length} events`);
  const [event] = events;
  assert.ok(REASONS.includes(event?.reason ?? ""), `${what}: ${event?.reason}`);
  assert.equal(event?.id, undefined, "the id of a token that is not ours is anybody's");
}

export const carriedBoundCases: readonly FrameworkCase[] = [
  {
    name: "a token that was changed, cut or lengthened anywhere opens nothing, and asks the store nothing",
    asvs: ["7.2.1"],
    guarantee: [12],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const token = tokenOf(visitor);
      for (let at = 0; at < token.length; at += 1 + Math.floor(token.length / 48)) {
        const other = token[at] === "A" ? "B" : "A";
        await assertRefused(
          site,
          `${token.slice(0, at)}${other}${token.slice(at + 1)}`,
          `at ${at}`,
        );
        await assertRefused(site, token.slice(0, Math.max(1, at)), `cut at ${at}`);
      }
      for (const end of ["A", "AAAA", ".", "=", "~"]) {
        await assertRefused(site, `${token}${end}`, `with ${end}`);
      }
      await assertRefused(site, `${token}${token}`, "twice");
      assert.equal(site.store.calls.read, 0);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a token of another cookie opens nothing, though it has the same key",
    guarantee: [12],
    storage: "token",
    async run({ serve, storage, clock }) {
      assert.ok(storage);
      const other = createSessions({
        storage: storage({ revocation: memoryStore({ clock }) }),
        cookie: { name: "__Host-admin" },
        clock,
      });
      const site = await serve(basics);
      await assertRefused(site, await other.issue("root"), "another cookie's");
      assert.equal(site.store.calls.read, 0);
    },
  },
  {
    name: "an expired token opens nothing, says so, and asks the store nothing",
    asvs: ["7.4.1"],
    guarantee: [12],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      clock.advance(30 * 60_000 - 1);
      assert.equal(ok(await visitor.twin().get("/read")).body, '{"n":"1"}');
      clock.advance(1);
      site.store.reset();
      assert.deepEqual(await dataOf(visitor), {});
      assert.equal(site.store.calls.read, 0);
      assert.deepEqual(
        eventsOf(site, "token-rejected").map(({ reason }) => reason),
        ["expired"],
      );
    },
  },
  {
    name: "a shorter idle timeout holds for the tokens that are out there already",
    guarantee: [3, 12],
    storage: "token",
    async run({ serve, clock }) {
      const before = await serve(basics);
      const after = await serve(basics, { timeouts: { idle: "10m" } });
      const visitor = await known(before);
      const cookie = `${COOKIE}=${tokenOf(visitor)}`;
      clock.advance(10 * 60_000 - 1);
      assert.deepEqual(await dataWith(after, cookie), { n: "1" });
      clock.advance(1);
      assert.deepEqual(await dataWith(after, cookie), {});
      assert.deepEqual(await dataWith(before, cookie), { n: "1" });
    },
  },
];
