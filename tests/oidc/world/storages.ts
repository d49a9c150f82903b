import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, memoryStore, type SessionStore, type SessionsOptions } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { drivers } from "../../services/drivers.ts";
import type { Data } from "./app.ts";

export interface Storage {
  readonly name: string;
  /** The sessions' own, the connections' own, and what ends both. */
  open(clock: Clock): Promise<Opened>;
}

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
  open: async (clock) => ({
    storage: sealed({ keys: generateKey(), revocation: memoryStore({ clock }) }),
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
  async open(clock) {
    const place = `oidc-${randomUUID()}`;
    const urls = ["redis://127.0.0.1:6379"];
    const sessions = await drivers.ioredis.open(urls, `${place}:s:`, { clock });
    const connections = await drivers.ioredis.open(urls, `${place}:c:`, { clock });
    return {
      storage: sessions.store,
      store: connections.store,
      async close() {
        await sessions.close();
        await connections.close();
      },
    };
  },
};

export const storages: readonly Storage[] = [memory, sqlite, redis, sealedCookies];
