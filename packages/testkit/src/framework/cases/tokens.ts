import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { basics, known, member, ok, tokenOf } from "./basics.ts";

const TIMES = 8;

export const tokenCases: readonly FrameworkCase[] = [
  {
    name: "every visitor, every login and every rotation has a token of its own",
    asvs: ["7.2.2", "7.2.3"],
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const tokens = new Set<string>();
      const visitor = await member(site);
      for (let time = 0; time < TIMES; time++) {
        tokens.add(tokenOf(await known(site)));
        tokens.add(tokenOf(await member(site)));
        for (const path of ["/login", "/rotate"]) {
          ok(await visitor.get(path));
          tokens.add(tokenOf(visitor));
        }
      }
      assert.equal(tokens.size, 4 * TIMES);
    },
  },
  {
    name: "a token of a session in a store is 128 bits of id and a secret of 43 characters, and says nothing",
    asvs: ["7.2.3"],
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const tokens: string[] = [];
      for (let time = 0; time < TIMES; time++) tokens.push(tokenOf(await member(site)));
      for (const token of tokens) assert.match(token, /^[\w-]{22}\.[\w-]{43}$/);
      // The same user at the same moment: no character is the same in all, but for the dot.
      const fixed = [...(tokens[0] as string)].filter((character, at) =>
        tokens.every((token) => token[at] === character),
      );
      assert.deepEqual(fixed, ["."]);
    },
  },
];
