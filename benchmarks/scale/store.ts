import { existsSync, statSync } from "node:fs";
import { memoryStore, type SessionRecord, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { temporaryFile } from "../tax/servers/context.ts";
import { called } from "../tax/servers/deeds.ts";
import { peer } from "../tax/servers/peer.ts";
import { dataOf, idOf, LIFE, recordOf, userOf } from "./records.ts";

/** A store with sessions by their number. Answers at once, or by a promise. */
export interface ScaleStore {
  readonly name: string;
  /** A login with data of so many bytes. */
  create(number: number): unknown;
  /** What is found. */
  get(number: number): unknown;
  /** The session with other data. */
  set(number: number): unknown;
  touch(number: number): unknown;
  /** Lets all sessions expire, and removes them. Without: it cannot, but for one that is read. */
  sweep?(): unknown;
  /** Bytes in files. Without: the sessions are on the heap. */
  stored?(): number;
}

const DAY = 86_400_000;

/** A store of ours: what express-session does by one `set`, a request of ours does by a look and an update. */
function ours(
  name: string,
  bytes: number,
  open: (clock: () => number) => SessionStore,
): ScaleStore {
  let late = 0;
  const clock = () => Date.now() + late;
  const store = open(clock);
  return {
    name,
    create: (number) => store.create(recordOf(number, bytes)),
    get: (number) => store.read(idOf(number)),
    set(number) {
      const { version } = store.read(idOf(number)) as SessionRecord;
      return store.update(recordOf(number, bytes, version + 1), version);
    },
    touch: (number) =>
      store.touch(idOf(number), { lastSeenAt: clock(), expiresAt: clock() + LIFE }),
    sweep() {
      late = DAY;
      return store.sweep?.();
    },
  };
}

function coatcheck(bytes: number): ScaleStore {
  return ours("memoryStore of Coatcheck", bytes, (clock) =>
    memoryStore({ maxSessions: 10_000_000, clock }),
  );
}

function sqlite(bytes: number): ScaleStore {
  const path = temporaryFile("sessions.db");
  const files = [path, `${path}-wal`];
  return {
    ...ours("sqliteStore of Coatcheck", bytes, (clock) => sqliteStore({ path, clock })),
    stored: () => files.filter(existsSync).reduce((sum, file) => sum + statSync(file).size, 0),
  };
}

interface ExpressStore {
  get(id: string, done: (error: unknown, session?: unknown) => void): void;
  set(id: string, session: object, done: (error?: unknown) => void): void;
  touch(id: string, session: object, done: (error?: unknown) => void): void;
  /** memorystore only. */
  prune?(): void;
}
type ExpressSession = { MemoryStore: new () => ExpressStore };

/** The same login as express-session keeps it, the user among the data. */
function sessionOf(number: number, bytes: number): object {
  const expires = new Date(Date.now() + LIFE);
  const cookie = { originalMaxAge: LIFE, expires, httpOnly: true, path: "/" };
  return { cookie, ...dataOf(number, bytes), userId: userOf(number) };
}

function express(name: string, store: ExpressStore, bytes: number): ScaleStore {
  return {
    name,
    create: (number) => called((done) => store.set(idOf(number), sessionOf(number, bytes), done)),
    get: (number) =>
      new Promise((resolve, reject) => {
        store.get(idOf(number), (error, session) => (error ? reject(error) : resolve(session)));
      }),
    set: (number) => called((done) => store.set(idOf(number), sessionOf(number, bytes), done)),
    touch: (number) => called((done) => store.touch(idOf(number), sessionOf(number, bytes), done)),
  };
}

async function expressMemory(bytes: number): Promise<ScaleStore> {
  const { MemoryStore } = await peer<ExpressSession>("express-session");
  return express("MemoryStore of express-session", new MemoryStore(), bytes);
}

async function memorystore(bytes: number): Promise<ScaleStore> {
  type Make = (session: ExpressSession) => new (options: object) => ExpressStore;
  const make = await peer<Make>("memorystore");
  const MemoryStore = make(await peer<ExpressSession>("express-session"));
  const store = new MemoryStore({ checkPeriod: DAY });
  return {
    ...express("memorystore", store, bytes),
    sweep() {
      // It has no clock of its own to be put forward.
      const { now } = Date;
      Date.now = () => now() + DAY;
      store.prune?.();
      Date.now = now;
    },
  };
}

export const stores: Record<string, (bytes: number) => ScaleStore | Promise<ScaleStore>> = {
  coatcheck,
  "express-session": expressMemory,
  memorystore,
  sqlite,
};
