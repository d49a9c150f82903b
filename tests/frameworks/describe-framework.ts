import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, type SessionStore } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { generateJwk, jwt } from "@coatcheck/jwt";
import { sqliteStore } from "@coatcheck/store-sqlite";
import {
  asynchronousStore,
  type FrameworkCase,
  type FrameworkHarness,
  frameworkCases,
  frameworkCasesFor,
  frameworkCaseTitle,
  type ManualClock,
  manualClock,
  runFrameworkCase,
  type StorageKind,
  type TokenStorageMaker,
} from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { describeWith } from "../services/services.ts";

interface Opened {
  readonly store: SessionStore;
  dispose?(): unknown;
}

/** A store under which frameworks are tested. */
export interface FrameworkStore {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing?: string | undefined;
  /** Sessions that live in their tokens: the store remembers what has ended. */
  readonly storage?: TokenStorageMaker;
  open(clock: ManualClock): Opened | Promise<Opened>;
}

/** The same store answers at once, or across a network: the response waits in other places then. */
const modes: Readonly<Record<string, (store: SessionStore) => SessionStore>> = {
  "at once": (store) => store,
  "by promises": asynchronousStore,
};

const memory = (mode: string): FrameworkStore => ({
  name: `memory ${mode}`,
  open: (clock) => ({ store: modes[mode]?.(memoryStore({ clock })) as SessionStore }),
});

const sqlite = (mode: string): FrameworkStore => ({
  name: `SQLite ${mode}`,
  open(clock) {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const store = sqliteStore({ path: join(directory, "sessions.db"), clock });
    return {
      store: modes[mode]?.(store) as SessionStore,
      dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
    };
  },
});

/** The stores under which every framework is tested, in both modes. */
const STORES = Object.keys(modes).flatMap((mode) => [memory(mode), sqlite(mode)]);

const keys = generateKey();
const jwk = generateJwk("EdDSA");
const names = { issuer: "https://shop.example.com", audience: "https://shop.example.com/sessions" };

/** The storages whose sessions live in their tokens, and the stores that remember which have ended. */
const TOKENS: readonly (readonly [string, TokenStorageMaker, readonly FrameworkStore[]])[] = [
  [
    "sealed",
    (options) => sealed({ keys, ...options }),
    [memory("at once"), memory("by promises"), sqlite("at once")],
  ],
  // Its tokens take their time, whatever the store does.
  ["jwt", (options) => jwt({ keys: jwk, ...names, ...options }), [memory("at once")]],
];

const LOCAL: readonly FrameworkStore[] = [
  ...STORES,
  ...TOKENS.flatMap(([name, storage, stores]) =>
    stores.map((store) => ({
      ...store,
      name: `${name}, revocation in ${store.name}`,
      storage,
    })),
  ),
];

/** The storages whose sessions live in their tokens, over other stores that remember which have ended. */
export function tokensOver(stores: readonly FrameworkStore[]): FrameworkStore[] {
  return TOKENS.flatMap(([name, storage]) =>
    stores.map((store) => ({ ...store, name: `${name}, revocation in ${store.name}`, storage })),
  );
}

/** How many cases a harness skips for what it does not support. */
type Skips = Readonly<Record<StorageKind, number>>;

/** Runs `frameworkCases` over one harness and every store. What does not concern it is shown as skipped, with the reason. */
export function describeFramework(
  harness: FrameworkHarness,
  skips: Skips = { "server-side": 0, token: 0 },
  stores: readonly FrameworkStore[] = LOCAL,
): void {
  for (const { name, missing, storage, open } of stores) {
    describeWith({ missing }, `${harness.name}, ${name}`, () => {
      for (const frameworkCase of frameworkCasesFor(harness, kindOf(storage)).applicable) {
        test(frameworkCaseTitle(frameworkCase), () =>
          runOver(frameworkCase, harness, { storage, open }),
        );
      }
    });
  }
  for (const kind of new Set(stores.map(({ storage }) => kindOf(storage)))) {
    describe(`${harness.name}, ${kind}`, () => {
      const { applicable, skipped } = frameworkCasesFor(harness, kind);
      for (const { frameworkCase, reason } of skipped) {
        test.skip(`${frameworkCaseTitle(frameworkCase)}: ${reason}`, () => {});
      }
      test("no case is lost, and none is skipped that was not meant to be", () => {
        expect(applicable.length + skipped.length).toBe(frameworkCases.length);
        const unsupported = skipped.filter(
          ({ frameworkCase }) => (frameworkCase.storage ?? kind) === kind,
        );
        expect(unsupported).toHaveLength(skips[kind]);
      });
    });
  }
}

/** Runs one case over a fresh store of that kind. */
export async function runOver(
  frameworkCase: FrameworkCase,
  harness: FrameworkHarness,
  { storage, open }: Pick<FrameworkStore, "open"> & { storage?: TokenStorageMaker | undefined },
): Promise<void> {
  const clock = manualClock();
  const { store, dispose } = await open(clock);
  try {
    await runFrameworkCase(frameworkCase, { harness, clock, store, storage });
  } finally {
    await store.close?.();
    await dispose?.();
  }
}

export function kindOf(storage: TokenStorageMaker | undefined): StorageKind {
  return storage ? "token" : "server-side";
}
