import assert from "node:assert/strict";
import type { SessionId, SessionStore } from "@coatcheck/core";
import type { FrameworkCase } from "../case.ts";
import type { Visitor } from "../visitor.ts";
import { basics, idOf, known, ok, secretOf, tokenOf } from "./basics.ts";

/** The record, in which none of `secrets` may be found. */
async function assertHidden(
  store: SessionStore,
  visitor: Visitor,
  secrets: Set<string>,
): Promise<void> {
  secrets.add(secretOf(tokenOf(visitor)));
  const record = JSON.stringify(await store.read(idOf(visitor) as SessionId));
  assert.ok(record, "the session must be stored");
  for (const secret of secrets) assert.ok(!record.includes(secret), "the store holds a secret");
}

export const atRestCases: readonly FrameworkCase[] = [
  {
    name: "the store never holds a secret: not after a write, a rotation, its use, or a login",
    guarantee: [2],
    storage: "server-side",
    async run({ serve, store }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const secrets = new Set<string>();
      await assertHidden(store, visitor, secrets);
      for (const path of ["/rotate", "/write?a=1", "/rotate", "/login", "/rotate", "/read"]) {
        ok(await visitor.get(path));
        await assertHidden(store, visitor, secrets);
      }
      assert.equal(secrets.size, 5);
    },
  },
];
