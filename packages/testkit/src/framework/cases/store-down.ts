import assert from "node:assert/strict";
import type { ManualClock } from "../../clock.ts";
import type { StoreMethod } from "../../store/wrap.ts";
import type { FrameworkCase, Site } from "../case.ts";
import type { Visitor } from "../visitor.ts";
import { basics, dataOf, eventsOf, known, ok, unavailable } from "./basics.ts";

/** How to make a request that needs each of the store's methods. */
const OPERATIONS: ReadonlyArray<{
  readonly method: StoreMethod;
  readonly visitor: (site: Site) => Promise<Visitor> | Visitor;
  readonly path: string;
  readonly before?: (clock: ManualClock) => void;
}> = [
  { method: "read", visitor: known, path: "/read" },
  { method: "create", visitor: (site) => site.visitor(), path: "/write?a=1" },
  { method: "update", visitor: known, path: "/write?a=1" },
  { method: "touch", visitor: known, path: "/read", before: (clock) => clock.advance(60_000) },
  { method: "destroy", visitor: known, path: "/logout" },
];

const KINDS = [
  { name: "fails", fault: { kind: "fail" } },
  { name: "hangs past storeTimeout", fault: { kind: "hang" } },
  { name: "answers nonsense", fault: { kind: "answer", value: { nonsense: true } } },
] as const;

const failureCases = OPERATIONS.flatMap(({ method, visitor: visit, path, before }) =>
  KINDS.map(
    ({ name, fault }): FrameworkCase => ({
      name: `a store whose ${method} ${name} gives 503 and no Set-Cookie`,
      guarantee: [10],
      async run({ serve, clock }) {
        const site = await serve(basics, { storeTimeout: "250ms" });
        const visitor = await visit(site);
        const held = visitor.token;
        before?.(clock);
        site.faults.plan([{ ...fault, method }]);
        const answer = await visitor.get(path);
        unavailable(answer);
        assert.equal(visitor.token, held);
        assert.equal(eventsOf(site, "store-error")[0]?.operation, method);
        assert.ok(site.errors.length > 0, "the error must reach the framework or its log");
        site.faults.plan();
        // Nobody was logged out.
        if (held !== undefined) assert.deepEqual(await dataOf(visitor), { n: "1" });
      },
    }),
  ),
);

const anonymous = { onStoreError: "anonymous", storeTimeout: "250ms" } as const;

export const storeDownCases: readonly FrameworkCase[] = [
  ...failureCases,
  {
    name: "onStoreError anonymous serves a reader as nobody, says so, and leaves the cookie alone",
    guarantee: [10],
    async run({ serve }) {
      const site = await serve(basics, anonymous);
      const visitor = await known(site);
      site.faults.plan([{ kind: "fail", method: "read" }]);
      const answer = ok(await visitor.get("/read"));
      assert.equal(answer.body, "{}");
      assert.deepEqual(answer.setCookies, []);
      assert.equal(eventsOf(site, "served-anonymously").length, 1);
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "onStoreError anonymous still refuses a write, which could not be kept",
    guarantee: [10],
    async run({ serve }) {
      const site = await serve(basics, anonymous);
      const visitor = await known(site);
      site.faults.plan([{ kind: "hang", method: "read" }]);
      for (const path of ["/write?a=1", "/login", "/logout"]) {
        unavailable(await visitor.get(path));
      }
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "onStoreError anonymous lets a request pass whose touch failed",
    guarantee: [10],
    async run({ serve, clock }) {
      const site = await serve(basics, anonymous);
      const visitor = await known(site);
      clock.advance(60_000);
      site.faults.plan([{ kind: "fail", method: "touch" }]);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      assert.equal(eventsOf(site, "store-error").length, 1);
    },
  },
  {
    name: "a reply that the store lost is no success, and the client may repeat the request",
    guarantee: [10],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      site.faults.plan([{ kind: "lose-reply", method: "update", nth: 1 }]);
      unavailable(await visitor.get("/write?a=1"));
      ok(await visitor.get("/write?a=1"));
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "1" });
    },
  },
];
