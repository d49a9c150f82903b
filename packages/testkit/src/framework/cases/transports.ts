import assert from "node:assert/strict";
import { bearer, cookie, query } from "@coatcheck/core/transports";
import type { FrameworkCase, Site } from "../case.ts";
import type { Answer } from "../conversation.ts";
import { json, redirect } from "../route.ts";
import { basics, eventsOf, ok, query as parametersOf, unavailable, varyOf } from "./basics.ts";
import { storedChange } from "./commits.ts";

const REPLY = "x-session-token";
const apis = { transport: bearer() } as const;
const both = { transport: [cookie(), bearer()] } as const;
const tokens = { transport: [cookie(), query("sid", { carries: "token" })] } as const;

/** What a request with this token says. */
function bear(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}

function toldBy(answer: Answer): string {
  const told = answer.headers[REPLY];
  assert.equal(typeof told, "string", "the client must be told a token");
  assert.deepEqual(answer.setCookies, []);
  return told as string;
}

/** The token of a client with a session that holds `n: "1"`. */
async function knownByHeader(site: Site): Promise<string> {
  const token = toldBy(ok(await site.visitor().get("/write?n=1")));
  site.store.reset();
  return token;
}

/** The answer to a URL with something secret in it. */
function assertSecret({ headers }: Answer): void {
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["referrer-policy"], "no-referrer");
}

export const transportCases: readonly FrameworkCase[] = [
  {
    name: "a client without cookies is told its token once, and again whenever it changes",
    guarantee: [1, 4, 5, 18],
    async run({ serve }) {
      const site = await serve(basics, apis);
      const visitor = site.visitor();
      const first = ok(await visitor.get("/write?n=1"));
      assert.equal(first.headers["cache-control"], "no-store");
      const token = toldBy(first);
      const read = ok(await visitor.get("/read", bear(token)));
      assert.deepEqual([read.body, read.headers[REPLY]], ['{"n":"1"}', undefined]);
      assert.deepEqual(varyOf(read), ["authorization"]);
      const rotated = toldBy(ok(await visitor.get("/rotate", bear(token))));
      const member = toldBy(ok(await visitor.get("/login", bear(rotated))));
      for (const old of [token, rotated]) {
        assert.equal(ok(await visitor.get("/read", bear(old))).body, "{}");
      }
      assert.equal(ok(await visitor.get("/read", bear(member))).body, '{"n":"1"}');
    },
  },
  {
    name: "a logout tells such a client to forget its token",
    guarantee: [6, 13],
    async run({ serve }) {
      const site = await serve(basics, apis);
      const token = await knownByHeader(site);
      assert.equal(toldBy(ok(await site.visitor().get("/logout", bear(token)))), "");
      assert.equal(ok(await site.visitor().get("/read", bear(token))).body, "{}");
    },
  },
  {
    name: "a redirect tells the token too, and the application's own header does not hide it",
    guarantee: [11],
    needs: ["redirect"],
    async run({ serve }) {
      const site = await serve(
        {
          ...basics,
          "/go": redirect(({ session, header }) => {
            header(REPLY, "mine");
            session.set("n", "2");
            return "/read";
          }),
        },
        apis,
      );
      const answer = await site.visitor().get("/go");
      assert.equal(answer.status, 302);
      const read = ok(await site.visitor().get("/read", bear(toldBy(answer))));
      assert.equal(read.body, '{"n":"2"}');
    },
  },
  {
    name: "a store that is down changes nothing of what such a client holds",
    guarantee: [10],
    async run({ serve, storage }) {
      const site = await serve(basics, apis);
      const token = await knownByHeader(site);
      const { path, method } = storedChange({ storage });
      site.faults.plan([{ method, kind: "fail", nth: 1 }]);
      const answer = await site.visitor().get(path, bear(token));
      unavailable(answer);
      assert.equal(answer.headers[REPLY], undefined);
      assert.equal(ok(await site.visitor().get("/read", bear(token))).body, '{"n":"1"}');
    },
  },
  {
    name: "two different good tokens in one request are nobody's, and an event says so",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics, both);
      const visitor = site.visitor();
      ok(await visitor.get("/login?user=ann"));
      const other = await site.sessions.issue("bob");
      const answer = ok(await visitor.get("/who", bear(other)));
      assert.equal(JSON.parse(answer.body).userId, null);
      const reasons = eventsOf(site, "token-rejected").map(({ reason }) => reason);
      assert.deepEqual(reasons, ["ambiguous", "ambiguous"]);
      // Each by itself is as good as before.
      assert.equal(JSON.parse(ok(await visitor.get("/who")).body).userId, "ann");
      const bob = ok(await site.visitor().get("/who", bear(other)));
      assert.equal(JSON.parse(bob.body).userId, "bob");
    },
  },
  {
    name: "from another origin a cookie cannot act, and a token that no browser adds by itself can",
    guarantee: [17],
    async run({ serve }) {
      const site = await serve(basics, both);
      const visitor = site.visitor();
      ok(await visitor.get("/login?user=ann"));
      const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      assert.equal((await visitor.post("/write?m=1", { headers: foreign })).status, 403);
      const token = await site.sessions.issue("bob");
      const headers = { ...foreign, ...bear(token).headers };
      ok(await site.visitor().post("/write?m=1", { headers }));
    },
  },
  {
    name: "a token in the URL: no Referer, no cache, whatever the application says",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve(
        {
          "/own": json(({ session, header }) => {
            header("cache-control", "public, max-age=600");
            header("referrer-policy", "unsafe-url");
            return { userId: session.userId ?? null };
          }),
        },
        tokens,
      );
      const token = await site.sessions.issue("ann");
      const answer = ok(await site.visitor().get(`/own?sid=${token}`));
      assert.equal(answer.body, '{"userId":"ann"}');
      assertSecret(answer);
      const without = ok(await site.visitor().get("/own"));
      assert.equal(without.headers["cache-control"], "public, max-age=600");
      assert.equal(eventsOf(site, "warning").length, 1);
    },
  },
  {
    name: "a token in the URL: no Referer and no cache either where the request is refused or fails",
    guarantee: [15],
    needs: ["gate"],
    async run({ serve, storage }) {
      const site = await serve(basics, tokens);
      const token = await site.sessions.issue("ann");
      const path = `/rotate?sid=${token}`;
      const failure = storage ? "read" : "update";
      const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      const refused = await site.visitor().post(path, { headers });
      site.faults.plan([{ method: "read", kind: "fail", nth: 1 }]);
      const unread = await site.visitor().get(path);
      site.faults.plan([{ method: failure, kind: "fail", nth: storage ? 2 : 1 }]);
      const unsaved = await site.visitor().get(path);
      const answers = [refused, unread, unsaved];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [403, 503, 503],
      );
      for (const answer of answers) assertSecret(answer);
    },
  },
  {
    name: "a token in the URL: no Referer and no cache either where the session is not loaded",
    guarantee: [15],
    needs: ["lazy"],
    async run({ serve }) {
      const site = await serve(basics, { ...tokens, lazy: true });
      const token = await site.sessions.issue("ann");
      assertSecret(ok(await site.visitor().get(`/untouched?sid=${token}`)));
    },
  },
  {
    name: "login() by a token in the URL moves the client to the cookie",
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(
        {
          ...basics,
          "/enter": json(({ session, raw }) => {
            session.login(parametersOf(raw).get("user") ?? "ann");
            return {};
          }),
        },
        tokens,
      );
      const token = await site.sessions.issue("ann");
      const visitor = site.visitor();
      ok(await visitor.get(`/enter?sid=${token}`));
      assert.equal(JSON.parse(ok(await visitor.get("/who")).body).userId, "ann");
      const late = ok(await site.visitor().get(`/who?sid=${token}`));
      assert.equal(JSON.parse(late.body).userId, null);
    },
  },
];
