import assert from "node:assert/strict";
import type { FrameworkCase, Site } from "../case.ts";
import { basics, dataOf, eventsOf, known, ok } from "./basics.ts";

const TRUSTED = "https://admin.example.com";
const FOREIGN = "https://evil.example";

/** What a browser may say of where a request comes from, and whether an unsafe one of that kind may act. */
function origins(site: Site): ReadonlyArray<readonly [Record<string, string>, boolean]> {
  const own = `http://127.0.0.1:${site.port}`;
  return [
    [{}, true],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "none" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ origin: own }, true],
    [{ origin: FOREIGN }, false],
    [{ origin: "null" }, false],
    [{ origin: `${own}.evil.example` }, false],
    [{ origin: own.replace(/:\d+$/, ":1") }, false],
    [{ origin: TRUSTED }, true],
    [{ origin: TRUSTED, "sec-fetch-site": "cross-site" }, true],
    [{ origin: FOREIGN, "sec-fetch-site": "cross-site" }, false],
    // Fetch metadata cannot be forged by a page, so they decide: behind a proxy the host may differ.
    [{ origin: "https://shop.example.com", "sec-fetch-site": "same-origin" }, true],
  ];
}

/** The content types that need no preflight (Fetch standard, "CORS-safelisted request-header"). */
const SAFELISTED = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
const SAFE = ["GET", "HEAD", "OPTIONS"] as const;
const UNSAFE = ["POST", "PUT", "PATCH", "DELETE"] as const;
const trusting = { crossOrigin: { trusted: [TRUSTED] } } as const;

export const crossSiteCases: readonly FrameworkCase[] = [
  {
    name: "an unsafe request with a session is refused unless it comes from here or a trusted origin",
    asvs: ["3.5.1"],
    guarantee: [17],
    async run({ serve }) {
      const site = await serve(basics, trusting);
      const visitor = await known(site);
      let refusals = 0;
      for (const method of [...SAFE, ...UNSAFE]) {
        for (const [headers, welcome] of origins(site)) {
          const allowed = welcome || (SAFE as readonly string[]).includes(method);
          site.store.reset();
          const answer = await visitor.send(method, "/write?m=1", { headers });
          const what = `${method} ${JSON.stringify(headers)}: ${answer.body}`;
          assert.equal(answer.status, allowed ? 200 : 403, what);
          if (allowed) continue;
          refusals += 1;
          assert.deepEqual(answer.setCookies, []);
          assert.equal(site.store.calls.read, 0, "refused before the store is asked");
        }
      }
      assert.equal(eventsOf(site, "cross-origin-refused").length, refusals);
      assert.equal(refusals, UNSAFE.length * 7);
      assert.deepEqual(await dataOf(visitor), { n: "1", m: "1" });
    },
  },
  {
    name: "an unsafe cross-origin request without a session passes, but cannot start one",
    asvs: ["3.5.1", "7.6.2"],
    guarantee: [17],
    async run({ serve }) {
      const site = await serve(basics);
      const headers = { origin: FOREIGN, "sec-fetch-site": "cross-site" };
      ok(await site.visitor().post("/untouched", { headers }));
      for (const path of ["/write?a=1", "/login"]) {
        const answer = await site.visitor().post(path, { headers });
        assert.equal(answer.status, 403, `${path}: ${answer.body}`);
        assert.deepEqual(answer.setCookies, []);
      }
      assert.equal(site.store.calls.create, 0);
    },
  },
  {
    name: "no content type and no method of a form gets another site's request past the check",
    asvs: ["3.5.2"],
    guarantee: [17],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      // What a browser sends without asking first by a preflight.
      for (const type of SAFELISTED) {
        for (const origin of [{ origin: FOREIGN }, { "sec-fetch-site": "cross-site" }]) {
          const headers = { ...origin, "content-type": type };
          const answer = await visitor.post("/write?m=1", { headers });
          assert.equal(answer.status, 403, type);
        }
      }
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: 'crossOrigin: "allow" turns the check off',
    guarantee: [17],
    async run({ serve }) {
      const site = await serve(basics, { crossOrigin: "allow" });
      const headers = { origin: FOREIGN, "sec-fetch-site": "cross-site" };
      ok(await (await known(site)).post("/write?a=1", { headers }));
      ok(await site.visitor().post("/login", { headers }));
    },
  },
];
