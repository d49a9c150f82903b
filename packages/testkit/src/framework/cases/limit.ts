import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { basics, bodyOf, eventsOf, member, ok } from "./basics.ts";

export const limitCases: readonly FrameworkCase[] = [
  {
    name: "perUser 5 holds under 20 parallel logins",
    asvs: ["7.1.2"],
    guarantee: [9],
    async run({ serve }) {
      const site = await serve(basics, { limits: { perUser: 5 } });
      const visitors = Array.from({ length: 20 }, () => site.visitor());
      await Promise.all(visitors.map((visitor) => visitor.get("/login?user=ann").then(ok)));
      assert.equal((await site.sessions.list("ann")).length, 5);
      const answers = await Promise.all(visitors.map((visitor) => visitor.get("/who")));
      const users = answers.map((answer) => (bodyOf(answer) as { userId: unknown }).userId);
      assert.equal(users.filter((user) => user === "ann").length, 5);
      const evicted = eventsOf(site, "ended").filter(({ reason }) => reason === "evicted");
      assert.equal(evicted.length, 15);
    },
  },
  {
    name: "the login past a limit with onLimit reject is answered 409, and sets no cookie",
    asvs: ["7.1.2"],
    guarantee: [9],
    async run({ serve }) {
      const site = await serve(basics, { limits: { perUser: 1, onLimit: "reject" } });
      await member(site, "ann");
      const refused = site.visitor();
      const answer = await refused.get("/login?user=ann");
      assert.equal(answer.status, 409, answer.body);
      assert.deepEqual(answer.setCookies, []);
      assert.equal((await site.sessions.list("ann")).length, 1);
    },
  },
];
