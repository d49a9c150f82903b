import { memoryStore, type SessionStore } from "@coatcheck/core";
import { migratingStore } from "@coatcheck/core/migrating";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { withChannel } from "../channel.ts";
import { late } from "./late.ts";

/** The two stores of a migration. */
export interface Underlying {
  readonly from: SessionStore;
  readonly to: SessionStore;
}

export type OpenUnderlying = (clock: () => number) => Underlying;

export const UNDERLYING: Readonly<Record<string, OpenUnderlying>> = {
  "memory to memory": (clock) => ({ from: memoryStore({ clock }), to: memoryStore({ clock }) }),
  "memory to SQLite": (clock) => ({
    from: memoryStore({ clock }),
    to: sqliteStore({ path: ":memory:", clock }),
  }),
  "memory to memory, both notifying": (clock) => ({
    from: withChannel(memoryStore({ clock })),
    to: withChannel(memoryStore({ clock })),
  }),
  "memory to memory, both answering late": (clock) => ({
    from: late(memoryStore({ clock }), "from"),
    to: late(memoryStore({ clock }), "to"),
  }),
};

/** What a process may run with, in the order of the deployments; `back`: the same migration the other way round. */
export const KINDS = {
  "from only": ({ from }: Underlying): SessionStore => from,
  prepare: (stores: Underlying): SessionStore => migratingStore(stores),
  move: (stores: Underlying): SessionStore => migratingStore({ ...stores, stage: "move" }),
  "to only": ({ to }: Underlying): SessionStore => to,
  back: ({ from, to }: Underlying): SessionStore => migratingStore({ from: to, to: from }),
};

export type Kind = keyof typeof KINDS;

/** Which kinds run side by side while a deployment rolls. */
export const SIDE_BY_SIDE: ReadonlyArray<readonly [Kind, Kind]> = [
  ["from only", "prepare"],
  ["prepare", "prepare"],
  ["prepare", "move"],
  ["move", "move"],
  ["move", "to only"],
  ["prepare", "back"],
];
