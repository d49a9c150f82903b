import { memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { casesFor, manualClock } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { type Bug, brokenStore } from "./broken-store.ts";
import { type OpenStore, runFresh } from "./describe-store.ts";
import { withoutVersionCheck } from "./without-version-check.ts";

/** Names of the cases that the store fails. */
async function failures(open: OpenStore): Promise<string[]> {
  const failed: string[] = [];
  const { store } = await open(manualClock());
  for (const storeCase of casesFor(store).applicable) {
    await runFresh(storeCase, open).catch(() => failed.push(storeCase.name));
  }
  return failed;
}

const VERSION_CASES = [
  "update answers stale for any other version and writes nothing",
  "update compares with the version stored last",
  "an update of a record that was destroyed and created anew is stale",
  "an expired record is gone to update, not stale",
  "a refused update leaves the session under its user",
  "a stale or gone login evicts nobody",
  "of parallel updates of one version exactly one takes place",
  "parallel read-and-update loops lose no count",
  "what one connection wrote, the other reads",
];

describe("a store without the version check fails exactly the cases about versions", () => {
  const mutants: Record<string, (clock: () => number) => SessionStore> = {
    memory: (clock) => withoutVersionCheck(memoryStore({ clock })),
    sqlite: (clock) => withoutVersionCheck(sqliteStore({ path: ":memory:", clock })),
  };
  test.each(Object.entries(mutants))("%s", async (_, open) => {
    expect(await failures((clock) => ({ store: open(clock) }))).toEqual(VERSION_CASES);
  });
});

/** Each bug, and a case that exists to find it. */
const FOUND_BY: Record<Bug, string> = {
  "no version check": "update answers stale for any other version and writes nothing",
  "update creates": "update answers gone for a destroyed id and never brings it back",
  "touch revives": "touch never brings a record back",
  "touch moves back": "touch leaves a later expiresAt as it is",
  "touch counts as an update": "touch does not make a concurrent update stale",
  "touch writes nothing": "touch moves both times forward and changes nothing else",
  "lives one millisecond too long": "read finds a record until the millisecond before expiresAt",
  "update reaches the expired": "update reaches a record until the millisecond before expiresAt",
  "exists though expired": "create takes an id from the millisecond at which its record expires",
  "destroy counts the expired": "destroy finds a record until the millisecond before expiresAt",
  "hands out what it holds": "changing what read handed out does not change what is stored",
  "holds what it was handed": "changing a record after create does not change what is stored",
  "parses texts": "a text is not taken for JSON: key order, doubles and numbers stay",
  "trims user ids": "odd user ids are not confused with each other",
  "ignores case of ids": "ids that differ only in upper and lower case are different sessions",
  "ignores the limit": "create over a rejecting limit answers full and writes nothing",
  "limit counts the expired": "expired sessions do not count and are not named as evicted",
  "limit counts itself": "a session does not count as one of the others",
  "evicts the newest":
    "create over an evicting limit destroys the smallest authenticatedAt and names it",
  "evicts before it knows": "create of a taken id evicts nobody",
  "checks the limit a moment early": "parallel creates never exceed an evicting limit",
  "checks the version a moment early": "of parallel updates of one version exactly one takes place",
  "keeps the first user": "an update from nobody to a user lists the session under the user",
  "lists the oldest first": "listByUser lists the sessions of that user alone, newest login first",
  "spares nobody": "destroyByUser spares except",
  "sweeps the living": "sweep removes what has expired, counts it and leaves the living",
  "sweep counts wrong": "sweep removes what has expired, counts it and leaves the living",
  "close throws when repeated": "close is harmless to repeat",
  "announces the first alone": "of many ids announced at once each arrives",
  "goes on after stop": "who has stopped hears nothing more, and the others do",
  "stops all at once": "who has stopped hears nothing more, and the others do",
  "knows a listener once": "one listener may watch twice, and stops once at a time",
  "lacks announce": "announce and watch are both there or both absent",
};

describe("every bug of a store is found by the case that is about it", () => {
  test("a store without a bug passes every case", async () => {
    expect(await failures((clock) => ({ store: brokenStore(clock) }))).toEqual([]);
  });
  test.each(Object.entries(FOUND_BY))("%s", async (bug, name) => {
    expect(await failures((clock) => ({ store: brokenStore(clock, bug as Bug) }))).toContain(name);
  });
});
