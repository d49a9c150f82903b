import { expect, test } from "vitest";
import { describeWith } from "../services/services.ts";
import {
  endsTokensAtLogin,
  everyRace,
  logsNobodyOut,
  losesNoCommit,
  losesNoCount,
  losesNoWrite,
  staysDestroyed,
} from "./invariants.ts";
import { STORES, unchecked } from "./stores.ts";

/** 21 pairs, two starts: with fewer schedules than this something was not parked. */
const LEAST_SCHEDULES = 200;

const FAMILY = {
  "G6 no interleaving of two requests revives a destroyed session": staysDestroyed,
  "G7 no interleaving of two requests loses a write to another key": losesNoWrite,
  "G7 no interleaving of two requests loses a count of update": losesNoCount,
  "G5 no interleaving of two requests leaves the browser with a token that is no good":
    logsNobodyOut,
};

const REST = {
  "G4 no interleaving of two requests keeps a token of before login alive": endsTokensAtLogin,
  "G6 no interleaving loses a commit but through a destroy": losesNoCommit,
};

for (const { name, open, missing } of STORES) {
  describeWith({ missing }, `two requests on one session, ${name}`, () => {
    test.each(Object.entries({ ...FAMILY, ...REST }))("%s", async (_title, check) => {
      const schedules = await everyRace(open, check);
      expect(schedules).toBeGreaterThan(LEAST_SCHEDULES);
    });

    test.each(Object.entries(FAMILY))(
      "%s: noticed without the version check",
      async (_title, check) => {
        await expect(everyRace(unchecked(open), check)).rejects.toThrow();
      },
    );
  });
}
