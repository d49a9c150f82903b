import assert from "node:assert/strict";
import { cookie, query } from "@coatcheck/core/transports";
import type { FrameworkCase, Site } from "../case.ts";
import type { Answer } from "../conversation.ts";
import { json, type TestRoute } from "../route.ts";
import type { Visitor } from "../visitor.ts";
import { basics, eventsOf, idOf, member, ok, tokenOf, unavailable } from "./basics.ts";

/** Another host of the application under test: where it listens is not known beforehand. Loopback, so that Secure cookies pass. */
const HOST = "localhost:1";
const handing = {
  transport: [cookie(), query("ticket", { to: [`http://${HOST}`] })],
} as const;

/** A page that counts how often its handler ran. */
function welcome(): { routes: Readonly<Record<string, TestRoute>>; readonly visits: () => number } {
  let visits = 0;
  const page = json(({ session }) => {
    visits += 1;
    return { userId: session.userId ?? null };
  });
  return { routes: { ...basics, "/welcome": page }, visits: () => visits };
}

/** The path at the other host by which the visitor's session is handed off. */
async function handOff(site: Site, visitor: Visitor): Promise<string> {
  const session = await site.sessions.open({ headers: { cookie: visitor.jar.header } });
  const url = new URL(await site.sessions.handOff(session, `http://${HOST}/welcome?x=1`));
  return url.pathname + url.search;
}

function follow(
  visitor: Visitor,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return visitor.get(path, {
    headers: { host: HOST, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", ...headers },
  });
}

/** The answer, which must send the client on without its code. */
function sentOn(answer: Answer): Answer {
  assert.equal(answer.status, 303, `status ${answer.status}: ${answer.body}`);
  assert.equal(answer.headers.location, "?x=1");
  assert.equal(answer.headers["referrer-policy"], "no-referrer");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.body, "");
  return answer;
}

export const handOffCases: readonly FrameworkCase[] = [
  {
    name: "a hand-off code is exchanged for a session's cookie, and no handler sees it",
    storage: "server-side",
    guarantee: [2, 8],
    async run({ serve }) {
      const { routes, visits } = welcome();
      const site = await serve(routes, handing);
      const ann = await member(site);
      const there = site.visitor();
      const path = await handOff(site, ann);
      assert.equal(sentOn(await follow(there, path)).setCookies.length, 1);
      assert.equal(visits(), 0);
      assert.notEqual(idOf(there), idOf(ann));
      assert.equal(ok(await there.get("/welcome?x=1")).body, '{"userId":"ann"}');
      assert.equal(ok(await ann.get("/welcome")).body, '{"userId":"ann"}');
      assert.deepEqual(
        eventsOf(site, "handed-off").map(({ id, from }) => [id, from]),
        [[idOf(there), idOf(ann)]],
      );
      assert.deepEqual(site.errors, []);
    },
  },
  {
    name: "a hand-off code is good once, also for requests at the same time",
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(welcome().routes, handing);
      const path = await handOff(site, await member(site));
      const all = [1, 2, 3, 4].map(() => site.visitor());
      const answers = await Promise.all(all.map((visitor) => follow(visitor, path)));
      const cookies = answers.map((answer) => sentOn(answer).setCookies.length);
      assert.deepEqual(cookies.sort(), [0, 0, 0, 1]);
      assert.deepEqual(sentOn(await follow(site.visitor(), path)).setCookies, []);
      assert.equal((await site.sessions.list("ann")).length, 2);
    },
  },
  {
    name: "a planted hand-off does not replace the session of somebody who is logged in",
    asvs: ["3.5.3"],
    storage: "server-side",
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(welcome().routes, handing);
      const victim = await member(site, "victim");
      const before = tokenOf(victim);
      const path = await handOff(site, await member(site, "attacker"));
      sentOn(await follow(victim, path, { "sec-fetch-site": "cross-site" }));
      assert.equal(tokenOf(victim), before);
      assert.equal(ok(await victim.get("/welcome")).body, '{"userId":"victim"}');
      const reasons = eventsOf(site, "hand-off-refused").map(({ reason }) => reason);
      assert.deepEqual(reasons, ["occupied"]);
    },
  },
  {
    name: "scanners, prefetches and forms leave a hand-off code as it is",
    asvs: ["3.5.3"],
    storage: "server-side",
    async run({ serve }) {
      const { routes, visits } = welcome();
      const site = await serve(routes, handing);
      const path = await handOff(site, await member(site));
      const early = await follow(site.visitor(), path, { "sec-purpose": "prefetch" });
      assert.deepEqual([early.status, early.setCookies, visits()], [503, [], 0]);
      assert.equal(early.headers["cache-control"], "no-store");
      for (const method of ["HEAD", "POST"]) {
        const answer = await site.visitor().send(method, path, { headers: { host: HOST } });
        assert.deepEqual([answer.status, answer.setCookies], [200, []]);
      }
      assert.equal(sentOn(await follow(site.visitor(), path)).setCookies.length, 1);
    },
  },
  {
    name: "a store that fails while a code is exchanged: 503, and no cookie",
    storage: "server-side",
    guarantee: [10, 11],
    async run({ serve }) {
      const site = await serve(welcome().routes, handing);
      const path = await handOff(site, await member(site));
      site.faults.plan([{ method: "create", kind: "fail", nth: 1 }]);
      const answer = await follow(site.visitor(), path);
      unavailable(answer);
      assert.equal(answer.headers.location, undefined);
    },
  },
  {
    name: "a hand-off code that a failing store left good goes along in no Referer",
    storage: "server-side",
    guarantee: [15],
    needs: ["gate"],
    async run({ serve }) {
      const site = await serve(welcome().routes, handing);
      const path = await handOff(site, await member(site));
      site.faults.plan([{ method: "read", kind: "fail", nth: 1 }]);
      const answer = await follow(site.visitor(), path);
      unavailable(answer);
      assert.equal(answer.headers["referrer-policy"], "no-referrer");
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.equal(sentOn(await follow(site.visitor(), path)).setCookies.length, 1);
    },
  },
  {
    name: "a page with a hand-off link in it is kept by no cache",
    storage: "server-side",
    guarantee: [18],
    async run({ serve }) {
      let site: Site | undefined;
      const page = json(async ({ session }) => ({
        link: await site?.sessions.handOff(session, `http://${HOST}/welcome`),
      }));
      site = await serve({ ...basics, "/links": page }, handing);
      const answer = ok(await (await member(site)).get("/links"));
      assert.match(answer.body, /ticket=/);
      assert.equal(answer.headers["cache-control"], "no-store");
    },
  },
  {
    name: "a lazy plugin exchanges a hand-off code by itself",
    storage: "server-side",
    needs: ["lazy"],
    async run({ serve }) {
      const { routes, visits } = welcome();
      const site = await serve(routes, { ...handing, lazy: true });
      const token = await site.sessions.issue("ann");
      const ann = site.visitor();
      ann.token = token;
      const there = site.visitor();
      assert.equal(sentOn(await follow(there, await handOff(site, ann))).setCookies.length, 1);
      assert.equal(visits(), 0);
    },
  },
  {
    name: "a route that opted out of sessions sees a hand-off code and leaves it",
    storage: "server-side",
    needs: ["optOut"],
    async run({ serve }) {
      const site = await serve(
        { ...basics, "/welcome": { ...json(() => ({})), session: false } },
        handing,
      );
      const path = await handOff(site, await member(site));
      const answer = ok(await follow(site.visitor(), path));
      assert.deepEqual(answer.setCookies, []);
    },
  },
];
