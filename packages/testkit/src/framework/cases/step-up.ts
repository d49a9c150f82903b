import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, bodyOf, member, ok, tokenOf, userOf } from "./basics.ts";

const MINUTE = 60_000;

/** An operation for which a second factor was asked ten minutes ago at most, as an application writes it. */
const routes = {
  ...basics,
  "/elevate": json(({ session }) => {
    session.elevate("10m", { amr: ["otp"], acr: "2" });
    return {};
  }),
  "/pay": json(({ session }) => ({
    paid: session.elevatedUntil !== undefined,
    amr: session.amr,
    acr: session.acr ?? null,
  })),
} as const;

const NOT_PAID = { paid: false, amr: [], acr: null };

export const stepUpCases: readonly FrameworkCase[] = [
  {
    name: "a step-up comes by a new token at once, and the one from before is worthless",
    asvs: ["7.2.4", "7.5.3"],
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(routes);
      const visitor = await member(site);
      const stolen = visitor.twin();
      ok(await visitor.get("/elevate"));
      assert.notEqual(tokenOf(visitor), tokenOf(stolen));
      assert.equal(await userOf(stolen), null);
      assert.deepEqual(bodyOf(await stolen.get("/pay")), NOT_PAID);
      const paid = { paid: true, amr: ["otp"], acr: "2" };
      assert.deepEqual(bodyOf(await visitor.get("/pay")), paid);
    },
  },
  {
    name: "a step-up is over at its time, in spite of all activity, and holds in no other session of the user",
    asvs: ["7.5.3"],
    async run({ serve, clock }) {
      const site = await serve(routes);
      const [visitor, other] = [await member(site), await member(site)];
      ok(await visitor.get("/elevate"));
      assert.deepEqual(bodyOf(await other.get("/pay")), NOT_PAID);
      for (let minute = 0; minute < 9; minute++) {
        clock.advance(MINUTE);
        ok(await visitor.get(["/read", "/write?a=1", "/rotate"][minute % 3] as string));
      }
      clock.advance(MINUTE - 1);
      assert.equal((bodyOf(await visitor.get("/pay")) as { paid: unknown }).paid, true);
      clock.advance(1);
      assert.deepEqual(bodyOf(await visitor.get("/pay")), NOT_PAID);
      assert.equal(await userOf(visitor), "ann");
    },
  },
];
