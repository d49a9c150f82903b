import { chain, type SessionStore } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { endsTokensAtLogin, everyRace, logsNobodyOut, staysEnded } from "./invariants.ts";
import type { Mutation } from "./world.ts";

/** With fewer schedules than this something was not parked. */
const LEAST_SCHEDULES = 2_000;

const FAMILY = {
  "G6 no interleaving of two requests opens a session that has ended": staysEnded,
  "G4 no interleaving of two requests leaves a token of before login alive": endsTokensAtLogin,
  "G5 no interleaving logs out who did nothing wrong, the second response last": logsNobodyOut(1),
  "G5 no interleaving logs out who did nothing wrong, the first response last": logsNobodyOut(0),
};

/** Nothing is written. */
const unwritten: Mutation = (store) => ({
  ...plain(store),
  create: () => "ok",
  update: () => "ok",
});
/** Writes go over each other, whatever version they go on from, and bring back what has gone. */
const unchecked: Mutation = (store) => {
  const inner = plain(store);
  const put: SessionStore["create"] = (record, limit) =>
    chain(inner.destroy(record.id), () => inner.create(record, limit) as "ok");
  return { ...inner, create: put, update: (record, _version, limit) => put(record, limit) as "ok" };
};

describe.each([
  { limited: false, title: "sealed sessions" },
  { limited: true, title: "sealed sessions with a limit" },
])("two requests on one of the $title", ({ limited }) => {
  test.each(Object.entries(FAMILY))(
    "%s",
    async (_title, family) => {
      expect(await everyRace(family, { limited })).toBeGreaterThan(LEAST_SCHEDULES);
    },
    120_000,
  );
});

describe("the family notices", () => {
  test.each([
    ["G6, without the entries", staysEnded, unwritten],
    ["G6, without the version check", staysEnded, unchecked],
    ["G4, without the entries", endsTokensAtLogin, unwritten],
    ["G4, without the version check", endsTokensAtLogin, unchecked],
  ])("%s", async (_title, family, mutation) => {
    await expect(everyRace(family, { limited: false, mutation })).rejects.toThrow();
  });
});

function plain(store: SessionStore): SessionStore {
  return {
    read: (id) => store.read(id),
    create: (record, limit) => store.create(record, limit),
    update: (record, version, limit) => store.update(record, version, limit),
    touch: (id, times) => store.touch(id, times),
    destroy: (id) => store.destroy(id),
    listByUser: (userId) => store.listByUser?.(userId) ?? [],
    destroyByUser: (userId, except) => store.destroyByUser?.(userId, except) ?? [],
  };
}
