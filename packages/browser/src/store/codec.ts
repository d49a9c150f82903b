import type { Encryption } from "../encryption/encryption.ts";
import { ClientStoreError } from "../errors.ts";
import { ageOf, type Entry, parseEntry } from "./entry.ts";
import type { ClientStoreOptions, ClientStoreProblem, Limits } from "./options.ts";
import { plainText } from "./plain.ts";
import { validate } from "./schema.ts";

/** What a stored text holds; without an `entry`, why it cannot be used. */
export interface Unpacked {
  readonly code?: "expired" | Exclude<ClientStoreProblem["code"], "memory"> | undefined;
  readonly cause?: unknown;
  readonly entry?: Entry;
  readonly value?: unknown;
}

/** Between values and the texts that backends keep. */
export interface Codec {
  /** The value's JSON as the schema has it. Rejects what cannot be stored; nothing that happens to the value later is in it. */
  accept(key: string, value: unknown): Promise<string>;
  pack(key: string, json: string, createdAt?: number): Promise<string>;
  unpack(key: string, text: string | null): Promise<Unpacked>;
  /** The same entry, used now. `undefined` if that was noted a short while ago. */
  touch(entry: Entry): string | undefined;
}

/** Of idle time: an entry's expiry moves at most ten times in it, so that not every read is a write. */
const TOUCH = 0.1;

export function codec(
  id: string,
  { schema, version = 1, migrate, clock = Date.now }: ClientStoreOptions<object>,
  limits: Limits,
  /** Of now: a store that fell back to memory has none. */
  encryption: () => Encryption | undefined,
): Codec {
  /** A seal is bound to its place and age: it cannot be moved to another key, or made young again. */
  const bound = (...place: readonly unknown[]): string => JSON.stringify([id, ...place]);

  return {
    async accept(key, value) {
      const json = plainText(value, key);
      const result = await validate(schema, key, JSON.parse(json));
      const { issues } = result;
      if (issues) throw new ClientStoreError("invalid", `the schema refuses ${key}`, { issues });
      return plainText(result.value, key);
    },

    async pack(key, json, createdAt = clock()) {
      const seal = encryption();
      return JSON.stringify([
        seal ? 2 : 1,
        version,
        createdAt,
        clock(),
        seal ? await seal.seal(id, bound(key, version, createdAt), json) : JSON.parse(json),
      ]);
    },

    async unpack(key, text) {
      if (text === null) return {};
      const entry = parseEntry(text);
      const seal = encryption();
      if (entry?.[0] !== (seal ? 2 : 1)) return { code: "corrupt" };
      const [, from, createdAt, , stored] = entry;
      if (from > version) return { code: "newer-version" };
      const age = ageOf(entry, limits, clock());
      if (age !== "alive") return { code: age };
      let code: Unpacked["code"] = "corrupt";
      try {
        let value = stored;
        if (seal) value = JSON.parse(await seal.open(id, bound(key, from, createdAt), `${stored}`));
        code = "old-version";
        if (from < version) {
          if (!migrate) return { code };
          value = await migrate(value, from, key);
        }
        code = "invalid";
        const result = await validate(schema, key, value);
        return result.issues ? { code, cause: result.issues } : { entry, value: result.value };
      } catch (cause) {
        return { code, cause };
      }
    },

    touch([format, from, createdAt, usedAt, value]) {
      const now = clock();
      return now - usedAt > limits.idle * TOUCH
        ? JSON.stringify([format, from, createdAt, now, value])
        : undefined;
    },
  };
}
