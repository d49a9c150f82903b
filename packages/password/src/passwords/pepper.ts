import { keyRing } from "@coatcheck/core/sealed";
import { toB64 } from "../argon2/base64.ts";

/**
 * Keys for the passwords, kept apart from the database. Each is 32 random bytes by `generateKey()` of `@coatcheck/core/sealed` or `npx coatcheck keygen`,
 * and for nothing else. To replace A by B:
 *
 * 1. `{ current: A, next: B }` on every machine
 * 2. `{ current: B, older: A }`: each login replaces a hash under A
 * 3. `{ current: B }` once no stored hash needs A; those that do fail as `unknown-pepper`
 */
export interface PepperOptions {
  /** Goes into new hashes. */
  current: string | undefined;
  /** Verifies, and goes into no hash yet. */
  next?: string | undefined;
  /** Verify. A hash under one of these is replaced at the next login. */
  older?: string | readonly string[] | undefined;
}

/** One pepper: its name in stored hashes, and the secret. */
export interface Pepper {
  readonly id: string;
  readonly state: "current" | "next" | "older";
  /** A copy: wipe it after use. */
  secret(): Uint8Array;
}

/** Finds a pepper by the id that a hash has. */
export interface Peppers {
  readonly current: Pepper | undefined;
  find(id: string): Pepper | undefined;
}

/** Throws a `SessionConfigError` that shows no key. */
export function pepperRing(given: string | PepperOptions | undefined): Peppers {
  if (given === undefined) return { current: undefined, find: () => undefined };
  const peppers = keyRing(given, "pepper")
    .keys()
    .map(({ id, state, key }): Pepper => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(id);
      return { id: toB64(bytes), state, secret: () => key.export() };
    });
  return { current: peppers[0], find: (id) => peppers.find((it) => it.id === id) };
}
