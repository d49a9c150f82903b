import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, memoryStore, type SessionStore, type SessionsOptions } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { generateJwk, jwt } from "@coatcheck/jwt";
import { drivers } from "../../services/drivers.ts";
import { redis as redisServer, removeKeys } from "../../services/redis.ts";
import { describeWith } from "../../services/services.ts";
import type { Data } from "./app.ts";

export interface Storage {
  readonly name: string;
  /** Why it cannot be tried here. */
  readonly missing?: string | undefined;
  /** The session lives in its cookie. */
  readonly carried?: boolean;
  open(clock: Clock): Promise<Opened>;
}

/** The sessions' own, the connections' own, and what ends both. */
export interface Opened {
  readonly storage: NonNullable<SessionsOptions<Data>["storage"]>;
  readonly store: SessionStore;
  close(): unknown;
}

export const memory: Storage = {
  name: "memory",
  open: async (clock) => ({
    storage: memoryStore({ clock }),
    store: memoryStore({ clock }),
    close() {},
  }),
};

export const sealedCookies: Storage = {
  name: "sealed cookies",
  carried: true,
  open: async (clock) => ({
    storage: sealed({ keys: generateKey(), revocation: memoryStore({ clock }) }),
    store: memoryStore({ clock }),
    close() {},
  }),
};

const signedCookies: Storage = {
  name: "JSON Web Tokens",
  carried: true,
  open: async (clock) => ({
    storage: jwt({
      keys: generateJwk("EdDSA"),
      issuer: "https://shop.example",
      audience: "https://shop.example/sessions",
      revocation: memoryStore({ clock }),
    }),
    store: memoryStore({ clock }),
    close() {},
  }),
};

const sqlite: Storage = {
  name: "SQLite",
  async open(clock) {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-oidc-"));
    const path = (name: string) => [join(directory, name)];
    const sessions = await drivers.sqlite.open(path("sessions.db"), "", { clock });
    const connections = await drivers.sqlite.open(path("connections.db"), "", { clock });
    return {
      storage: sessions.store,
      store: connections.store,
      async close() {
        await sessions.close();
        await connections.close();
        rmSync(directory, { recursive: true });
      },
    };
  },
};

const redis: Storage = {
  name: "Redis",
  missing: redisServer.missing,
  async open(clock) {
    const place = `coatcheck-oidc-${randomUUID()}:`;
    const urls = [redisServer.url];
    const sessions = await drivers.ioredis.open(urls, `${place}s:`, { clock });
    const connections = await drivers.ioredis.open(urls, `${place}c:`, { clock });
    return {
      storage: sessions.store,
      store: connections.store,
      async close() {
        await sessions.close();
        await connections.close();
        await removeKeys(place);
      },
    };
  },
};

export const storages: readonly Storage[] = [memory, sqlite, redis, sealedCookies, signedCookies];

/** A suite over each of the storages that are here. */
export function describeStorages(suite: (storage: Storage) => void): void {
  for (const storage of storages) {
    describeWith({ missing: storage.missing }, `over ${storage.name}`, () => suite(storage));
  }
}
