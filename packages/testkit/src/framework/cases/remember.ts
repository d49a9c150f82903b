import assert from "node:assert/strict";
import { memoryStore } from "@coatcheck/core";
import { rememberMe } from "@coatcheck/core/remember";
import type { FrameworkCase, FrameworkContext, Site } from "../case.ts";
import { json } from "../route.ts";
import type { Visitor } from "../visitor.ts";
import { basics, bodyOf, eventsOf, ok, tokenOf, userOf } from "./basics.ts";

const GRACE = 10_000;
const DAY = 86_400_000;
const REMEMBER = "__Host-remember";

const routes = {
  ...basics,
  "/remember": json(({ session }) => {
    session.login("ann", { remember: true, amr: ["pwd"] });
    return {};
  }),
  "/fresh": json(({ session }) => ({
    user: session.userId ?? null,
    resumed: session.resumed,
    fresh: session.authenticatedWithin("10m"),
    amr: session.amr,
  })),
} as const;

function serving({ serve, clock }: FrameworkContext): Promise<Site> {
  return serve(routes, { remember: rememberMe({ store: memoryStore({ clock }) }) });
}

/** A browser that is remembered. */
async function remembered(site: Site): Promise<Visitor> {
  const visitor = site.visitor();
  ok(await visitor.get("/remember"));
  assert.ok(visitor.jar.get(REMEMBER), "the login must be remembered");
  return visitor;
}

/** The browser is closed, and opened again at a page. */
async function comeBack(visitor: Visitor): Promise<unknown> {
  visitor.jar.close();
  assert.equal(visitor.token, undefined, "the session cookie must go with the browser");
  return userOf(visitor);
}

function rememberTokenOf(visitor: Visitor): string {
  return visitor.jar.get(REMEMBER)?.value ?? assert.fail("no remember-me token");
}

const CASES: readonly FrameworkCase[] = [
  {
    name: "a remember-me token brings its user back by new tokens, and not as somebody who has just authenticated",
    asvs: ["7.2.4", "7.5.1"],
    guarantee: [4],
    async run(context) {
      const site = await serving(context);
      const visitor = await remembered(site);
      assert.equal((bodyOf(await visitor.get("/fresh")) as { fresh: unknown }).fresh, true);
      const before = visitor.twin();
      context.clock.advance(DAY);
      visitor.jar.close();
      const answer = ok(await visitor.get("/fresh"));
      assert.deepEqual(bodyOf(answer), { user: "ann", resumed: true, fresh: false, amr: [] });
      assert.equal(answer.setCookies.length, 2);
      assert.notEqual(rememberTokenOf(visitor), rememberTokenOf(before));
      assert.notEqual(tokenOf(visitor), tokenOf(before));
      ok(await visitor.get("/remember"));
      assert.equal((bodyOf(await visitor.get("/fresh")) as { fresh: unknown }).fresh, true);
    },
  },
  {
    name: "a remember-me token that was exchanged is theft when it comes again: it ends itself and the session",
    asvs: ["7.4.1"],
    guarantee: [5],
    async run(context) {
      const site = await serving(context);
      const owner = await remembered(site);
      const thief = owner.twin();
      // Exchanged, and the new one presented.
      for (let time = 0; time < 2; time++) {
        context.clock.advance(GRACE);
        assert.equal(await comeBack(owner), "ann");
      }
      context.clock.advance(GRACE);
      assert.equal(await comeBack(thief), null);
      assert.equal(eventsOf(site, "reuse-detected").length, 1);
      assert.equal(await userOf(owner), null, "the session goes");
      assert.equal(await comeBack(owner), null, "and so does the token");
    },
  },
  {
    name: "a thief who exchanges the remember-me token first loses it by the owner's next use of it",
    guarantee: [5],
    async run(context) {
      const site = await serving(context);
      const owner = await remembered(site);
      const thief = owner.twin();
      for (let time = 0; time < 2; time++) {
        context.clock.advance(GRACE);
        assert.equal(await comeBack(thief), "ann");
      }
      context.clock.advance(GRACE);
      assert.equal(await comeBack(owner), null);
      assert.equal(eventsOf(site, "reuse-detected").length, 1);
      assert.equal(await userOf(thief), null);
      assert.equal(await comeBack(thief), null);
    },
  },
  {
    name: "a thief and an owner who take turns with one remember-me token do not share it",
    guarantee: [5],
    async run(context) {
      const site = await serving(context);
      const owner = await remembered(site);
      const thief = owner.twin();
      for (let turn = 0; turn < 4; turn++) {
        for (const visitor of [thief, owner]) {
          context.clock.advance(GRACE + 1);
          await comeBack(visitor);
        }
      }
      assert.equal(eventsOf(site, "reuse-detected").length, 1);
      for (const visitor of [thief, owner]) assert.equal(await comeBack(visitor), null);
    },
  },
  {
    name: "pages opened at once with one remember-me token get one session and one token, and nobody is a thief",
    guarantee: [5],
    async run(context) {
      const site = await serving(context);
      const visitor = await remembered(site);
      context.clock.advance(DAY);
      visitor.jar.close();
      const pages = Array.from({ length: 8 }, () => visitor.twin());
      const users = await Promise.all(pages.map(userOf));
      assert.deepEqual(users, Array(8).fill("ann"));
      assert.equal(new Set(pages.map(tokenOf)).size, 1);
      assert.equal(new Set(pages.map(rememberTokenOf)).size, 1);
      assert.equal((await site.sessions.list("ann")).length, 1);
      context.clock.advance(2 * GRACE);
      for (const page of pages) assert.equal(await comeBack(page), "ann");
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
  {
    name: "after a logout no copy of the remember-me token brings anybody back",
    asvs: ["7.4.1"],
    guarantee: [6],
    async run(context) {
      const site = await serving(context);
      const visitor = await remembered(site);
      const copies = [visitor.twin()];
      context.clock.advance(GRACE);
      assert.equal(await comeBack(visitor), "ann");
      copies.push(visitor.twin());
      assert.equal(ok(await visitor.get("/logout")).setCookies.length, 2);
      assert.equal(visitor.jar.header, undefined);
      for (const copy of copies) assert.equal(await comeBack(copy), null);
      context.clock.advance(DAY);
      for (const copy of copies) assert.equal(await comeBack(copy), null);
    },
  },
  {
    name: "after revokeUser nobody is remembered, also where the session was over",
    asvs: ["7.4.2"],
    guarantee: [6],
    async run(context) {
      const site = await serving(context);
      const away = await remembered(site);
      context.clock.advance(DAY);
      const here = await remembered(site);
      assert.equal((await site.sessions.list("ann")).length, 2);
      assert.equal(await site.sessions.revokeUser("ann"), 2);
      for (const visitor of [away, here]) assert.equal(await comeBack(visitor), null);
      assert.deepEqual(await site.sessions.list("ann"), []);
    },
  },
  {
    name: "a remember-me token from before another login in its browser is worthless",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run(context) {
      const site = await serving(context);
      for (const path of ["/remember", "/login", "/login?user=bob"]) {
        const visitor = await remembered(site);
        const thief = visitor.twin();
        context.clock.advance(GRACE);
        ok(await visitor.get(path));
        assert.equal(await comeBack(thief), null, path);
        assert.equal(await userOf(visitor), path.endsWith("bob") ? "bob" : "ann");
      }
    },
  },
];

/** Sessions that live in their tokens cannot be taken over, so they are not remembered. */
export const rememberCases = CASES.map((it): FrameworkCase => ({ ...it, storage: "server-side" }));
