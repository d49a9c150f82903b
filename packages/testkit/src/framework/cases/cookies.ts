import assert from "node:assert/strict";
import type { CookieOptions } from "@coatcheck/core";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, member, ok } from "./basics.ts";

/** The longest name beside which a token of 66 bytes is no more than what browsers keep. */
const LONGEST = 4096 - 66;

const routes = {
  ...basics,
  "/remember": json(({ session }) => {
    session.login("ann", { remember: true });
    return {};
  }),
} as const;

export const cookieCases: readonly FrameworkCase[] = [
  {
    name: "each line that sets or removes the session cookie is Secure, HttpOnly, SameSite=Lax, of this host alone",
    asvs: ["3.3.1", "3.3.2", "3.3.3", "3.3.4"],
    guarantee: [13],
    async run({ serve }) {
      const site = await serve(routes);
      const visitor = site.visitor();
      const paths = ["/write?n=1", "/login", "/rotate", "/login?user=bob", "/remember", "/logout"];
      for (const path of paths) {
        const { setCookies } = ok(await visitor.get(path));
        assert.equal(setCookies.length, 1, path);
        const [pair, ...attributes] = (setCookies[0] as string).split("; ");
        assert.match(pair as string, /^__Host-id=/);
        const flags = attributes.filter((attribute) => !attribute.startsWith("Max-Age="));
        assert.deepEqual(flags.toSorted(), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], path);
      }
    },
  },
  {
    name: "SameSite is always said, as it was chosen",
    asvs: ["3.3.2"],
    async run({ serve }) {
      for (const sameSite of ["strict", "lax", "none"] as const) {
        const site = await serve(routes, { cookie: { sameSite } });
        const { setCookies } = ok(await site.visitor().get("/login"));
        const said = (setCookies[0] as string).match(/; SameSite=\w+/gi);
        assert.deepEqual(said?.map(String), [
          `; SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`,
        ]);
      }
    },
  },
  {
    name: "a cookie name takes what browsers keep, 4096 bytes with its value, and one more does not construct",
    asvs: ["3.3.5"],
    guarantee: [14, 16],
    storage: "server-side",
    async run({ serve }) {
      const name = "n".repeat(LONGEST);
      const cookie = { name } as CookieOptions;
      const site = await serve(routes, { cookie });
      const visitor = site.visitor();
      const [line = ""] = ok(await visitor.get("/login")).setCookies;
      assert.equal(line.indexOf(";") - "=".length, 4096);
      assert.ok(visitor.jar.get(name));
      await assert.rejects(serve(routes, { cookie: { name: `${name}n` } as CookieOptions }), {
        code: "config",
        option: "cookie.name",
      });
      await member(await serve(routes));
    },
  },
];
