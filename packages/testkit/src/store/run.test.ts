import { memoryStore } from "@coatcheck/core";
import { expect, test } from "vitest";
import { manualClock } from "../clock.ts";
import type { StoreCase } from "./case.ts";
import { storeCases } from "./cases.ts";
import { casesFor, runStoreCase, storeCaseTitle } from "./run.ts";

const { read, create, update, touch, destroy } = memoryStore();
const bare = { read, create, update, touch, destroy };

test("cases are sorted by what the store can do, with the reason for each that is skipped", () => {
  const { applicable, skipped } = casesFor(bare);
  expect(applicable.length + skipped.length).toBe(storeCases.length);
  expect(applicable.every((storeCase) => !storeCase.needs)).toBe(true);
  expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
    new Set([
      "the store has no listByUser and destroyByUser",
      "the store has no sweep",
      "the store has no announce and watch",
    ]),
  );
  const full = casesFor({ ...memoryStore(), announce: () => {}, watch: () => () => {} });
  expect(full.skipped.map(({ reason }) => reason)).toEqual([
    "the store has announce and watch",
    "the store has listByUser and destroyByUser",
    "the store has sweep",
  ]);
});

test("a case runs, or says why not", async () => {
  let ran = 0;
  const storeCase: StoreCase = {
    name: "something",
    needs: ["sweep"],
    run: async () => {
      ran += 1;
    },
  };
  const clock = manualClock();
  expect(await runStoreCase(storeCase, { store: memoryStore(), clock })).toEqual({
    status: "passed",
  });
  expect(await runStoreCase(storeCase, { store: bare, clock })).toEqual({
    status: "skipped",
    reason: "the store has no sweep",
  });
  expect(ran).toBe(1);
});

test("a title begins with the guarantees", () => {
  const run = async () => {};
  expect(storeCaseTitle({ name: "it holds", guarantee: [6, 9], run })).toBe("G6 G9 it holds");
  expect(storeCaseTitle({ name: "it holds", run })).toBe("it holds");
});

test("no two cases have the same name", () => {
  expect(new Set(storeCases.map((storeCase) => storeCase.name)).size).toBe(storeCases.length);
});
