import assert from "node:assert/strict";
import type { ManualClock } from "../../clock.ts";
import type { StoreMethod } from "../../store/wrap.ts";
import type { FrameworkCase, Site, SiteOptions, StorageKind } from "../case.ts";
import type { Visitor } from "../visitor.ts";
import { basics, dataOf, eventsOf, known, ok, unavailable } from "./basics.ts";

/** A request that needs one of the store's methods. */
interface Operation {
  readonly method: StoreMethod;
  /** Where a request calls it more than once. */
  readonly nth?: number;
  readonly storage?: StorageKind;
  readonly options?: SiteOptions;
  readonly visitor: (site: Site) => Promise<Visitor> | Visitor;
  readonly path: string;
  readonly before?: (clock: ManualClock) => void;
}

const aMinute = (clock: ManualClock): void => {
  clock.advance(60_000);
};

/** A known client after these requests. */
const after =
  (...paths: readonly string[]) =>
  async (site: Site): Promise<Visitor> => {
    const visitor = await known(site);
    for (const path of paths) ok(await visitor.get(path));
    return visitor;
  };

/** How to make a request that needs each of the store's methods. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  read: { method: "read", visitor: known, path: "/read" },
  create: {
    method: "create",
    storage: "server-side",
    visitor: (site) => site.visitor(),
    path: "/write?a=1",
  },
  update: { method: "update", storage: "server-side", visitor: known, path: "/write?a=1" },
  touch: {
    method: "touch",
    storage: "server-side",
    visitor: known,
    path: "/read",
    before: aMinute,
  },
  destroy: { method: "destroy", storage: "server-side", visitor: known, path: "/logout" },
  // A session that lives in its token needs its store to see whether it has ended, and to remember logins, rotations and ends.
  "read before a write": {
    method: "read",
    nth: 2,
    storage: "token",
    visitor: known,
    path: "/write?a=1",
  },
  "create at a login": { method: "create", storage: "token", visitor: known, path: "/login" },
  "create at a logout": { method: "create", storage: "token", visitor: known, path: "/logout" },
  "create at a rotated token's first use": {
    method: "create",
    storage: "token",
    visitor: after("/rotate"),
    path: "/read",
  },
  "update at a logout": {
    method: "update",
    storage: "token",
    visitor: after("/login"),
    path: "/logout",
  },
  "touch of a login": {
    method: "touch",
    storage: "token",
    options: { limits: { perUser: 5 } },
    visitor: after("/login"),
    path: "/read",
    before: aMinute,
  },
};

const KINDS = [
  { name: "fails", fault: { kind: "fail" } },
  { name: "hangs past storeTimeout", fault: { kind: "hang" } },
  { name: "answers nonsense", fault: { kind: "answer", value: { nonsense: true } } },
] as const;

const failureCases = Object.entries(OPERATIONS).flatMap(([call, operation]) =>
  KINDS.map(({ name, fault }): FrameworkCase => {
    const { method, nth, storage, options, visitor: visit, path, before } = operation;
    return {
      name: `a store whose ${call} ${name} gives 503 and no Set-Cookie`,
      guarantee: [10],
      ...(storage && { storage }),
      async run({ serve, clock }) {
        const site = await serve(basics, { ...options, storeTimeout: "250ms" });
        const visitor = await visit(site);
        const held = visitor.token;
        before?.(clock);
        site.faults.plan([{ ...fault, method, ...(nth && { nth }) }]);
        const answer = await visitor.get(path);
        unavailable(answer);
        assert.equal(visitor.token, held);
        assert.equal(eventsOf(site, "store-error")[0]?.operation, method);
        assert.ok(site.errors.length > 0, "the error must reach the framework or its log");
        site.faults.plan();
        // Nobody was logged out.
        if (held !== undefined) assert.deepEqual(await dataOf(visitor), { n: "1" });
      },
    };
  }),
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
    storage: "server-side",
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
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      site.faults.plan([{ kind: "lose-reply", method: "update", nth: 1 }]);
      unavailable(await visitor.get("/write?a=1"));
      ok(await visitor.get("/write?a=1"));
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "1" });
    },
  },
  {
    name: "onStoreError anonymous lets a request pass whose token could not be made anew",
    guarantee: [10],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics, { ...anonymous, limits: { perUser: 5 } });
      const visitor = await after("/login")(site);
      for (const fault of [{ method: "read", nth: 2 }, { method: "touch" }] as const) {
        clock.advance(60_000);
        site.faults.plan([{ kind: "fail", ...fault }]);
        const answer = ok(await visitor.get("/read"));
        assert.equal(answer.body, '{"n":"1"}', fault.method);
        assert.deepEqual(answer.setCookies, []);
      }
      assert.equal(eventsOf(site, "store-error").length, 2);
      site.faults.plan();
      assert.equal(ok(await visitor.get("/read")).setCookies.length, 1);
    },
  },
  {
    name: "a login whose reply the store lost is no success, and the client may log in again, without its data",
    guarantee: [10],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      site.faults.plan([{ kind: "lose-reply", method: "create", nth: 1 }]);
      unavailable(await visitor.get("/login"));
      // Its token is from before a login by now, and what it held went with the one that was not sent.
      ok(await visitor.get("/login"));
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
];
