import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { COOKIE } from "../visitor.ts";
import {
  basics,
  bodyOf,
  callsOf,
  dataOf,
  dataWith,
  eventsOf,
  idOf,
  known,
  ok,
  secretOf,
  tokenOf,
} from "./basics.ts";

const ID = "A".repeat(22);
const SECRET = "A".repeat(43);

/** Everything but what this library issues. */
const MALFORMED: readonly string[] = [
  "x",
  ".",
  "__proto__",
  "constructor",
  ID,
  `${ID}.`,
  `.${SECRET}`,
  `${ID}${SECRET}`,
  `${ID}.${SECRET}A`,
  `${ID}.${SECRET.slice(1)}`,
  `${ID}.${SECRET}.${SECRET}`,
  // The same bits in another spelling: one session has one token.
  `${ID.slice(1)}B.${SECRET}`,
  `${ID}.${SECRET.slice(1)}B`,
  `${ID}.${"+".repeat(43)}`,
  `"${ID}.${SECRET}"`,
  `${ID}%2E${SECRET}`,
  `s:${ID}.${SECRET}`,
  "'; DROP TABLE sessions; --",
  "\u00ff\u00fe\u00e9".repeat(22),
  "A".repeat(6000),
];

/** A token that differs from `token` in its secret only, by one character. */
function forged(token: string): string {
  const secret = secretOf(token);
  const middle = token.length - Math.ceil(secret.length / 2);
  return `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
}

export const strictCases: readonly FrameworkCase[] = [
  {
    name: "a malformed token is treated as absent and never reaches the store",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      for (const token of MALFORMED) {
        assert.deepEqual(await dataWith(site, `${COOKIE}=${token}`), {}, token);
      }
      assert.deepEqual(callsOf(site), {});
      for (const { id, reason } of eventsOf(site, "token-rejected")) {
        assert.deepEqual({ id, reason }, { id: undefined, reason: "malformed" });
      }
    },
  },
  {
    name: "an unknown token is not adopted",
    asvs: ["7.2.1", "7.2.2"],
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = site.visitor();
      visitor.token = `${ID}.${SECRET}`;
      assert.deepEqual(await dataOf(visitor), {});
      ok(await visitor.get("/write?a=1"));
      assert.notEqual(idOf(visitor), ID);
      assert.deepEqual(await dataWith(site, `${COOKIE}=${ID}.${SECRET}`), {});
    },
  },
  {
    name: "a forged secret opens nothing and harms nobody",
    asvs: ["7.2.1"],
    guarantee: [3],
    async run({ serve, storage }) {
      const site = await serve(basics);
      const visitor = await known(site);
      assert.deepEqual(await dataWith(site, `${COOKIE}=${forged(tokenOf(visitor))}`), {});
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      assert.deepEqual(
        eventsOf(site, "token-rejected").map(({ reason }) => reason),
        [storage ? "tampered" : "unknown"],
      );
    },
  },
  {
    name: "an expired session is not adopted, and its next write starts another",
    asvs: ["7.3.1", "7.4.1"],
    guarantee: [3],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const before = idOf(visitor);
      clock.advance(30 * 60_000);
      assert.deepEqual(await dataOf(visitor), {});
      ok(await visitor.get("/write?a=1"));
      assert.notEqual(idOf(visitor), before);
      assert.deepEqual(await dataOf(visitor), { a: "1" });
    },
  },
  {
    name: "cookies called __proto__, and pairs without a name or a value, are harmless",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const good = `${COOKIE}=${tokenOf(await known(site))}`;
      const hostile = `__proto__=x; constructor=y; =; ;; a; =b; __proto__[x]=1; ${good}; toString=`;
      assert.deepEqual(await dataWith(site, hostile), { n: "1" });
      assert.equal(({} as { x?: unknown }).x, undefined);
    },
  },
  {
    name: "a token is found among a thousand pairs, and binary ones do no harm",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const good = `${COOKIE}=${tokenOf(await known(site))}`;
      const pairs = Array.from({ length: 1000 }, (_, index) => `c${index}=${index}`);
      const binary = "b=\u0080\u00ff\u00e9";
      const header = [binary, ...pairs.slice(500), good, ...pairs.slice(0, 500)].join("; ");
      assert.deepEqual(await dataWith(site, header), { n: "1" });
    },
  },
  {
    name: "a Cookie header of a megabyte costs linear time and at most a few reads",
    guarantee: [3],
    needs: ["largeHeaders"],
    async run({ serve }) {
      const site = await serve(basics);
      const good = `${COOKIE}=${tokenOf(await known(site))}`;
      const started = performance.now();
      const pairs = "a=b; ".repeat(200_000);
      assert.deepEqual(await dataWith(site, `${pairs}${good}`), { n: "1" });
      assert.deepEqual(await dataWith(site, `${good}; x=${"y".repeat(1_000_000)}`), { n: "1" });
      const tosses = `${COOKIE}=${ID}.${SECRET}; `.repeat(12_000);
      assert.deepEqual(await dataWith(site, tosses), {});
      assert.ok(performance.now() - started < 5_000, "far from linear");
      assert.ok(site.store.calls.read <= 6, `${site.store.calls.read} reads`);
    },
  },
  {
    name: "a Cookie header past the server's own limit does not bring it down",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const cookie = "a=b; ".repeat(1_000_000);
      const refused = await site
        .visitor()
        .get("/read", { headers: { cookie } })
        .catch((error: Error) => error);
      if (!(refused instanceof Error)) assert.equal(refused.status, 431);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "several Cookie fields are read as one",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const token = tokenOf(await known(site));
      const host = ["host", `127.0.0.1:${site.port}`];
      const fields = ["cookie", "a=b", "cookie", `${COOKIE}=${token}`, "Cookie", "c=d"];
      const answer = await site.visitor().get("/read", { rawHeaders: [...host, ...fields] });
      assert.deepEqual(bodyOf(answer), { n: "1" });
    },
  },
  {
    name: "of one good and one planted cookie the good one is used, in either order",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const good = `${COOKIE}=${tokenOf(await known(site))}`;
      const planted = [`${COOKIE}=${ID}.${SECRET}`, `${COOKIE}=nonsense`, `${COOKIE}=`];
      for (const bad of planted) {
        assert.deepEqual(await dataWith(site, `${good}; ${bad}`), { n: "1" });
        assert.deepEqual(await dataWith(site, `${bad}; ${good}`), { n: "1" });
      }
    },
  },
  {
    name: "the same cookie twice is one cookie",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const good = `${COOKIE}=${tokenOf(await known(site))}`;
      assert.deepEqual(await dataWith(site, `${good}; ${good}`), { n: "1" });
      assert.equal(site.store.calls.read, 1);
    },
  },
  {
    name: "two good cookies are nobody's, and both sessions live on",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const [mine, planted] = [await known(site), await known(site)];
      const both = `${COOKIE}=${tokenOf(planted)}; ${COOKIE}=${tokenOf(mine)}`;
      assert.deepEqual(await dataWith(site, both), {});
      assert.equal(eventsOf(site, "token-rejected").length, 2);
      assert.deepEqual(await dataOf(mine), { n: "1" });
      assert.deepEqual(await dataOf(planted), { n: "1" });
    },
  },
];
