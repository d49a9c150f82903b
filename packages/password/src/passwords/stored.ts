import { isBearable } from "../argon2/parameters.ts";
import { type Argon2Hash, isArgon2, readArgon2 } from "../argon2/phc.ts";
import { PasswordError } from "../errors.ts";
import type { ForeignHash } from "../schemes/scheme.ts";
import type { PasswordSettings } from "./options.ts";
import type { Pepper } from "./pepper.ts";

/** What a row of the database holds: one of ours, another scheme's, or nothing that can be verified. */
export type StoredHash =
  | { readonly kind: "argon2"; readonly hash: Argon2Hash; readonly pepper: Pepper | undefined }
  | { readonly kind: "foreign"; readonly hash: ForeignHash }
  | { readonly kind: "unusable"; readonly error: PasswordError };

/** Longer than any hash, and short enough for every pattern. */
const LONGEST = 1024;

/** Pure: decides what can be done with a stored hash. Nothing of it appears in an error. */
export function readStored(stored: unknown, settings: PasswordSettings): StoredHash {
  if (typeof stored !== "string") return malformed("a stored hash must be a string");
  if (stored.length > LONGEST) return malformed("a stored hash is too long to be one");
  if (isArgon2(stored)) return readOwn(stored, settings);
  for (const scheme of settings.accept) {
    const hash = scheme.read(stored);
    if (hash === "malformed") return malformed(`a stored ${scheme.name} hash is damaged`);
    if (hash === "too-costly") return tooCostly(scheme.name);
    if (!hash) continue;
    // What is no number would never fit through the gate, nor let in whoever waits behind it.
    return hash.memoryKiB >= 0 && hash.memoryKiB <= settings.maxStoredKiB
      ? { kind: "foreign", hash }
      : tooCostly(scheme.name);
  }
  return unusable(
    "unsupported-hash",
    "a stored hash is of no known scheme: name its scheme in `accept`, or look for damage",
  );
}

function readOwn(stored: string, settings: PasswordSettings): StoredHash {
  const hash = readArgon2(stored);
  if (!hash) return malformed("a stored argon2 hash is damaged");
  // Before anything is allocated: m=4294967295 in one row would end the process.
  const { memoryKiB } = hash.parameters;
  if (memoryKiB > settings.maxStoredKiB || !isBearable(hash.parameters)) return tooCostly("argon2");
  if (hash.keyId === undefined) return { kind: "argon2", hash, pepper: undefined };
  const pepper = settings.peppers.find(hash.keyId);
  if (pepper) return { kind: "argon2", hash, pepper };
  return unusable(
    "unknown-pepper",
    "a stored hash needs a pepper that is not among pepper.current, next and older",
  );
}

function malformed(what: string): StoredHash {
  return unusable("malformed-hash", `${what}: is its column too short?`);
}

function tooCostly(scheme: string): StoredHash {
  return unusable(
    "unsupported-hash",
    `a stored ${scheme} hash asks for more than maxStoredKiB, or for too much work`,
  );
}

function unusable(
  code: "malformed-hash" | "unsupported-hash" | "unknown-pepper",
  message: string,
): StoredHash {
  return { kind: "unusable", error: new PasswordError(code, message) };
}
