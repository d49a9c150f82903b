import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { FrameworkCase } from "../case.ts";
import type { HandlerContext } from "../harness.ts";
import { json } from "../route.ts";
import type { Visitor } from "../visitor.ts";
import { basics, known, ok, secretOf, tokenOf } from "./basics.ts";
import { listable, storedChange } from "./commits.ts";

/** Everything that a debugger, a logger or a crash report would make of a value. */
function printed(value: unknown): string {
  const options = { depth: 12, showHidden: true, getters: true, maxStringLength: null } as const;
  let text = "";
  try {
    text = JSON.stringify(value) ?? "";
  } catch {
    // A value with a cycle has no JSON.
  }
  return `${text}\n${inspect(value, options)}\n${value instanceof Error ? value.stack : ""}`;
}

/** What we added to a framework's request: its own headers hold the client's cookie, as they must. */
function ours({ request, raw, session }: HandlerContext): unknown[] {
  const added = [request, raw].flatMap((holder) =>
    Object.getOwnPropertySymbols(holder)
      .filter((symbol) => String(symbol).includes("coatcheck"))
      .map((symbol) => (holder as unknown as Record<symbol, unknown>)[symbol]),
  );
  return [session, session.data, String(session), ...added];
}

export const secrecyCases: readonly FrameworkCase[] = [
  {
    name: "no token is in any body, log, event, error, or print of an object of ours",
    asvs: ["3.3.4"],
    guarantee: [15],
    async run(context) {
      const { serve, clock } = context;
      const seen: unknown[] = [];
      const secrets = new Set<string>();
      const site = await serve(
        {
          ...basics,
          "/look": json((context) => {
            seen.push(...ours(context).map(printed));
            context.session.rotate();
            context.session.set("looked", "1");
            seen.push(...ours(context).map(printed));
            return context.session;
          }),
          "/bad": json(({ session }) => {
            session.set("bad", new Date());
            return {};
          }),
        },
        listable(context),
      );
      const visit = async (visitor: Visitor, path: string): Promise<void> => {
        if (visitor.token) secrets.add(secretOf(tokenOf(visitor)));
        seen.push((await visitor.get(path)).body);
        if (visitor.token) secrets.add(secretOf(tokenOf(visitor)));
      };
      const visitor = await known(site);
      const thief = visitor.twin();
      for (const path of ["/look", "/read", "/who", "/bad"]) await visit(visitor, path);
      const { method: last, path } = storedChange(context);
      for (const method of ["read", last] as const) {
        site.faults.plan([{ kind: "fail", method }]);
        await visit(visitor, path);
      }
      site.faults.plan();
      clock.advance(20_000);
      await visit(thief, "/read");
      await visit(visitor, "/login?user=ann");
      await visit(visitor, "/logout");
      const issued = await site.sessions.issue("bob");
      secrets.add(secretOf(issued));
      seen.push(await site.sessions.list("bob"), site.sessions, site.events, site.errors);
      assert.ok(secrets.size >= 4, `${secrets.size} secrets`);
      assert.ok(site.errors.length > 0 && site.events.length > 0);
      const everything = seen.map(printed).join("\n");
      for (const secret of secrets) {
        assert.ok(!everything.includes(secret), `${around(everything, secret)} holds a secret`);
      }
    },
  },
  {
    name: "the error page of a refused commit does not tell what went wrong inside",
    guarantee: [15],
    async run(context) {
      const { method, path } = storedChange(context);
      const site = await context.serve(basics);
      const visitor = await known(site);
      const error = new Error("password=hunter2 refused by db.internal");
      site.faults.plan([{ kind: "fail", method, error }]);
      const answer = await visitor.get(path);
      assert.equal(answer.status, 503);
      assert.ok(!answer.body.includes("hunter2"), answer.body);
      site.faults.plan();
      ok(await visitor.get("/read"));
    },
  },
];

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `${text.slice(Math.max(0, at - 200), at)}…`;
}
