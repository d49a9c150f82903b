import assert from "node:assert/strict";
import type { FrameworkCase, Site } from "../../case.ts";
import { parseSetCookie } from "../../jar.ts";
import { json } from "../../route.ts";
import { COOKIE, type Visitor } from "../../visitor.ts";
import {
  basics,
  bodyOf,
  callsOf,
  dataOf,
  dataWith,
  eventsOf,
  known,
  member,
  ok,
  query,
} from "../basics.ts";

const routes = {
  ...basics,
  /** Stores so many times the character, and logs `?user` in. */
  "/fill": json(({ session, raw }) => {
    const values = query(raw);
    session.set("text", (values.get("char") ?? "x").repeat(Number(values.get("size"))));
    const user = values.get("user");
    if (user) session.login(user);
    return { id: session.id };
  }),
  "/size": json(({ session }) => String(session.get("text") ?? "").length),
};

const CHUNKED = { token: { chunks: 3 } } as const;
/** What needs two cookies, and three. */
const [TWO, THREE] = [4_500, 7_500];

async function filled(site: Site, size: number): Promise<Visitor> {
  const visitor = site.visitor();
  ok(await visitor.get(`/fill?size=${size}`));
  return visitor;
}

/** The client's cookies of our name and its chunks. */
function namesIn(visitor: Visitor): string[] {
  const pairs = visitor.jar.header?.split("; ") ?? [];
  return pairs.map((pair) => pair.slice(0, pair.indexOf("=")));
}

export const carriedSizeCases: readonly FrameworkCase[] = [
  {
    name: "a session that does not fit into its cookie is an error with the numbers, and nothing is sent or written",
    asvs: ["3.3.5"],
    guarantee: [14],
    storage: "token",
    async run({ serve }) {
      for (const [options, size, visit] of [
        [{}, 4_500, known],
        // With a login, which is not written down either.
        [{ limits: { perUser: 5 } }, 4_500, member],
        [CHUNKED, 15_000, known],
      ] as const) {
        const site = await serve(routes, options);
        const visitor = await visit(site);
        const before = await dataOf(visitor);
        const held = visitor.token;
        site.store.reset();
        const answer = await visitor.get(`/fill?size=${size}&user=ann`);
        assert.equal(answer.status, 500, answer.body);
        assert.deepEqual(answer.setCookies, []);
        assert.deepEqual(Object.keys(callsOf(site)), ["read"]);
        const message = site.errors
          .flat()
          .map(String)
          .find((it) => it.includes("Cookie"));
        const numbers = message?.match(/\d{4,}/g) ?? [];
        assert.ok(numbers.length >= 2, `no numbers in ${message}`);
        assert.ok(Number(numbers[0]) > Number(numbers.at(-1)), `${numbers}`);
        assert.equal(visitor.token, held);
        assert.deepEqual(await dataOf(visitor), before);
      }
    },
  },
  {
    name: "with chunks it goes into several cookies, each within the browser's limit, and back",
    asvs: ["3.3.5"],
    guarantee: [14],
    storage: "token",
    async run({ serve }) {
      const site = await serve(routes, CHUNKED);
      for (const [size, names] of [
        [10, [COOKIE]],
        [TWO, [COOKIE, `${COOKIE}.1`]],
        [THREE, [COOKIE, `${COOKIE}.1`, `${COOKIE}.2`]],
      ] as const) {
        const visitor = site.visitor();
        const { setCookies } = ok(await visitor.get(`/fill?size=${size}`));
        const set = setCookies.map(parseSetCookie);
        assert.deepEqual(
          set.map(({ name }) => name),
          names,
        );
        for (const { name, value } of set) assert.ok(name.length + value.length <= 4096, name);
        assert.equal(bodyOf(await visitor.get("/size")), size);
        ok(await visitor.get("/write?a=1"));
        assert.equal(bodyOf(await visitor.get("/size")), size);
      }
    },
  },
  {
    name: "chunks that are not needed any more are removed",
    guarantee: [14],
    storage: "token",
    async run({ serve }) {
      const site = await serve(routes, CHUNKED);
      const visitor = await filled(site, THREE);
      ok(await visitor.get(`/fill?size=${TWO}`));
      assert.deepEqual(namesIn(visitor), [COOKIE, `${COOKIE}.1`]);
      assert.equal(bodyOf(await visitor.get("/size")), TWO);
      ok(await visitor.get("/fill?size=10"));
      assert.deepEqual(namesIn(visitor), [COOKIE]);
      assert.equal(bodyOf(await visitor.get("/size")), 10);
    },
  },
  {
    name: "a logout clears every chunk with exactly the attributes it was set with",
    guarantee: [13],
    storage: "token",
    async run({ serve }) {
      const cookie = {
        name: "__Secure-sid",
        domain: "example.com",
        path: "/app",
        sameSite: "none",
      } as const;
      const site = await serve(routes, { ...CHUNKED, cookie });
      const visitor = site.visitor();
      const set = ok(await visitor.get(`/fill?size=${THREE}`)).setCookies.map(parseSetCookie);
      assert.equal(set.length, 3);
      const cleared = ok(await visitor.get("/logout")).setCookies.map(parseSetCookie);
      assert.deepEqual(
        cleared,
        set.map(({ name, attributes }) => ({
          name,
          value: "",
          attributes: `; Max-Age=0${attributes}`,
        })),
      );
      assert.deepEqual(namesIn(visitor), []);
    },
  },
  {
    name: "chunks of two tokens never mix",
    guarantee: [12, 14],
    storage: "token",
    async run({ serve }) {
      const site = await serve(routes, CHUNKED);
      const visitor = site.visitor();
      const cookiesOf = async (char: string): Promise<string[]> => {
        ok(await visitor.get(`/fill?size=${TWO}&char=${char}`));
        return visitor.jar.header?.split("; ") ?? [];
      };
      const [one, two] = [await cookiesOf("a"), await cookiesOf("b")];
      const sizeWith = async (...cookies: readonly unknown[]): Promise<unknown> =>
        Object.keys(Object(await dataWith(site, cookies.join("; "))));
      assert.deepEqual(await sizeWith(...one), ["text"]);
      assert.deepEqual(await sizeWith(...two), ["text"]);
      assert.equal(eventsOf(site, "token-rejected").length, 0);
      assert.deepEqual(await sizeWith(one[0], two[1]), []);
      assert.deepEqual(await sizeWith(two[0], one[1]), []);
      assert.deepEqual(await sizeWith(two[0]), []);
      assert.equal(eventsOf(site, "token-rejected").length, 3);
      // A tab that was overtaken left its second chunk behind, and the right one is there too.
      assert.deepEqual(await sizeWith(one[0], two[1], one[1]), ["text"]);
    },
  },
  {
    name: "chunk counts that a client makes up are harmless, and ask the store nothing",
    guarantee: [3, 14],
    storage: "token",
    async run({ serve }) {
      const site = await serve(routes, CHUNKED);
      const hostile = [
        "~",
        "~2~",
        "~2~AAAAAAAA~x",
        "~4~AAAAAAAA~x",
        "~999999999~AAAAAAAA~x",
        "~-1~AAAAAAAA~x",
        "~2~__proto__~x",
        "~AAAAAAAA~x",
      ];
      for (const first of hostile) {
        const rest = [1, 2, 3, 4, 999].map((index) => `${COOKIE}.${index}=~AAAAAAAA~x`).join("; ");
        assert.deepEqual(await dataWith(site, `${COOKIE}=${first}`), {}, first);
        assert.deepEqual(await dataWith(site, `${COOKIE}=${first}; ${rest}`), {}, first);
      }
      assert.deepEqual(callsOf(site), {});
      assert.equal(eventsOf(site, "token-rejected").length, hostile.length * 2);
    },
  },
];
