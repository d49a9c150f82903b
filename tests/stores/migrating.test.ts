import { casesFor, manualClock } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { describeStore, runFresh } from "./describe-store.ts";
import { KINDS, type Kind, UNDERLYING } from "./migrating/kinds.ts";

/** A store and its peer. With one kind alone, and beside the kind that knows one store only, every case holds. */
const EXACT: ReadonlyArray<readonly [Kind, Kind]> = [
  ["prepare", "prepare"],
  ["prepare", "from only"],
  ["move", "move"],
  ["move", "to only"],
];

for (const [name, open] of Object.entries(UNDERLYING)) {
  for (const [mine, peers] of EXACT) {
    // Skipped, each time: the cases for stores that lack a capability, and what concerns notify where there is none.
    await describeStore(
      `migratingStore, ${name}, ${mine} beside ${peers}`,
      (clock) => {
        const stores = open(clock);
        return { store: KINDS[mine](stores), peer: KINDS[peers](stores) };
      },
      name.includes("notifying") ? 3 : 8,
    );
  }
}

/** Where sessions live in two stores, an id or a place below a limit can be taken in both of them at the same moment. */
const APART = [
  "of parallel creates with one id exactly one takes place",
  "parallel creates never exceed an evicting limit",
  "of parallel creates a rejecting limit lets exactly as many through",
  "parallel logins by update never exceed an evicting limit",
  "of parallel logins by update a rejecting limit lets exactly as many through",
];

describe("what one kind writes, the other one finds: every case holds but those of logins at once", () => {
  const pairs = [
    ["prepare", "move"],
    ["move", "prepare"],
    ["prepare", "back"],
  ] as const;
  const table = pairs.flatMap(([mine, peers]) =>
    Object.entries(UNDERLYING).map(([name, open]) => ({ mine, peers, name, open })),
  );
  test.each(table)("$mine beside $peers, $name", async ({ mine, peers, name, open }) => {
    const failed: string[] = [];
    for (const storeCase of casesFor(KINDS[mine](open(manualClock()))).applicable) {
      await runFresh(storeCase, (clock) => {
        const stores = open(clock);
        return { store: KINDS[mine](stores), peer: KINDS[peers](stores) };
      }).catch(() => failed.push(storeCase.name));
    }
    expect(failed.filter((it) => !name.includes("late") || !APART.includes(it))).toEqual([]);
  });
});
