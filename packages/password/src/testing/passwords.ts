import { createHash, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import type { Argon2Engine } from "../argon2/engine.ts";
import { createPasswords, PasswordManager } from "../passwords/manager.ts";
import { type PasswordsOptions, settingsOf } from "../passwords/options.ts";
import type { Passwords } from "../passwords/passwords.ts";

export const CHEAP = { memoryKiB: 64, passes: 1, floor: "none" } as const;
export const PASSWORD = "correct horse battery staple";

/** The real thing with hashes of a tenth of a millisecond. */
export function cheap(options: PasswordsOptions = {}): Passwords {
  return createPasswords({ argon2: CHEAP, ...options });
}

/** A key that looks random and is the same in every run. */
export function keyNamed(name: string): string {
  return createHash("sha256").update(`key ${name}`).digest("base64url");
}

/** A manager whose hashes end when they are told to. */
export function held(options: PasswordsOptions = {}) {
  /** The passwords being hashed, in the order in which they started. */
  const running: { password: string; memoryKiB: number; end: (error?: Error) => void }[] = [];
  const peak = { count: 0, memoryKiB: 0 };
  const engine: Argon2Engine = (bytes, { memoryKiB, tagLength }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const job = {
      password: Buffer.from(bytes).toString(),
      memoryKiB,
      end: (error?: Error) => {
        running.splice(running.indexOf(job), 1);
        if (error) reject(error);
        else resolve(new Uint8Array(tagLength));
      },
    };
    running.push(job);
    peak.count = Math.max(peak.count, running.length);
    peak.memoryKiB = Math.max(
      peak.memoryKiB,
      running.reduce((sum, it) => sum + it.memoryKiB, 0),
    );
    return promise;
  };
  const settings = settingsOf({ argon2: CHEAP, ...options }, randomBytes);
  return { passwords: new PasswordManager(settings, engine), running, peak };
}

/** Lets every promise that can go on do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** All the ways in which a value ends up in a log. */
export function spellings(value: unknown): string {
  const options = { depth: 20, showHidden: true, getters: true } as const;
  const error = value instanceof Error ? `${value.stack} ${inspect(value.cause, options)}` : "";
  return [
    String(value),
    JSON.stringify(value),
    inspect(value),
    inspect(value, options),
    error,
  ].join("\n");
}
