import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Argon2Engine, nativeArgon2 } from "../argon2/engine.ts";
import { type Argon2Parameters, equalParameters } from "../argon2/parameters.ts";
import { type Argon2Hash, writeArgon2 } from "../argon2/phc.ts";
import { PasswordError } from "../errors.ts";
import { Gate } from "../load/gate.ts";
import { type PasswordSettings, type PasswordsOptions, settingsOf } from "./options.ts";
import type { Pepper } from "./pepper.ts";
import { readStored, type StoredHash } from "./stored.ts";
import { readPassword } from "./text.ts";

/** What a login has to know. */
export type Verification =
  | {
      readonly ok: true;
      /** Store it in place of the old hash: cost, pepper or scheme have changed since. Undefined: nothing to do. */
      readonly upgraded: string | undefined;
    }
  | { readonly ok: false; readonly upgraded?: undefined };

export interface CallOptions {
  /** Gives up the place in the queue. A hash that is being computed is finished, and its result given. */
  signal?: AbortSignal | undefined;
}

const SALT = 16;
const REFUSED: Verification = Object.freeze({ ok: false });

/** Passwords of one application: the cost of a hash, the peppers, and the queue. Make one, and use it everywhere: two have two queues. */
export function createPasswords(options: PasswordsOptions = {}): Passwords {
  return new Passwords(settingsOf(options, randomBytes), nativeArgon2);
}

export class Passwords {
  readonly #settings: PasswordSettings;
  readonly #argon2: Argon2Engine;
  readonly #gate: Gate;
  readonly #decoy: string;

  /** @internal Use `createPasswords`. */
  constructor(settings: PasswordSettings, argon2: Argon2Engine) {
    this.#settings = settings;
    this.#argon2 = argon2;
    this.#gate = new Gate(settings.limits, () => performance.now());
    const { parameters, peppers, random } = settings;
    // What an unknown user is verified against. No password has this tag, and it goes the whole way of a real one.
    this.#decoy = writeArgon2({
      parameters,
      keyId: peppers.current?.id,
      salt: random(SALT),
      tag: random(parameters.tagLength),
    });
  }

  /** The bytes that all hashes at once can take: `concurrency` times `argon2.memoryKiB`, or `maxStoredKiB` if that is more. */
  get memoryBound(): number {
    return this.#settings.limits.memoryKiB * 1024;
  }

  /** How many are being computed, and how many wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#gate.running, waiting: this.#gate.waiting };
  }

  /**
   * The hash to store for a new password: a PHC string of at most 120 characters. Throws a `PasswordError`: `not-text`, `too-short`, `too-long`,
   * `ill-formed`, `rejected`, `busy`, `aborted`, `engine`.
   */
  async hash(password: string, { signal }: CallOptions = {}): Promise<string> {
    const { min, max, check, parameters } = this.#settings;
    const text = readPassword(password, max);
    if (!text.ok) {
      if (text.reason === "ill-formed") {
        throw new PasswordError("ill-formed", "the password is not valid Unicode text");
      }
      throw new PasswordError("too-long", `a password has at most ${max} characters`);
    }
    if (text.characters < min) {
      throw new PasswordError("too-short", `a password has at least ${min} characters`);
    }
    const reason = await check(text.nfc);
    if (reason !== undefined) throw new PasswordError("rejected", reason);
    return this.#gate.run(parameters.memoryKiB, signal, () => this.#make(text.nfc));
  }

  /**
   * Whether this is the password. For a user that does not exist, or has no password, pass `undefined` or `null`: it costs what a wrong password
   * costs. A text that can be nobody's password (too long, half a surrogate pair) is a wrong one. Throws a `PasswordError`: `not-text`, `busy`, `aborted`, `engine`; and for a row that cannot be verified
   * `malformed-hash`, `unsupported-hash`, `unknown-pepper`, after the same work.
   */
  async verify(
    password: string,
    stored: string | null | undefined,
    { signal }: CallOptions = {},
  ): Promise<Verification> {
    const text = readPassword(password, this.#settings.max);
    // Before any work, which tells nobody who exists: the answer is the same for all users.
    if (!text.ok) return REFUSED;
    const found = readStored(stored ?? this.#decoy, this.#settings);
    const target = found.kind === "unusable" ? readStored(this.#decoy, this.#settings) : found;
    const outdated = this.#isOutdated(target);
    return this.#gate.run(this.#memoryOf(target, outdated), signal, async () => {
      const matches = await this.#matches(password, text.nfc, target);
      if (found.kind === "unusable") throw found.error;
      if (!matches || stored === undefined || stored === null) return REFUSED;
      // In the same turn: a full queue does not fail a login whose password was right.
      return { ok: true, upgraded: outdated ? await this.#make(text.nfc) : undefined };
    });
  }

  /** Whether `verify` would replace this hash, were the password right. Throws as `verify` does for a row that cannot be verified. */
  needsRehash(stored: string): boolean {
    const found = readStored(stored, this.#settings);
    if (found.kind === "unusable") throw found.error;
    return this.#isOutdated(found);
  }

  /**
   * Any difference counts, not only a weaker one: a hash with other parameters takes another time than that of an unknown user, which tells who
   * exists. A hash under `next` stays: the machine that made it is ahead in a roll-out.
   */
  #isOutdated(stored: StoredHash): boolean {
    if (stored.kind !== "argon2") return true;
    const { parameters, peppers } = this.#settings;
    const { hash, pepper } = stored;
    if (!equalParameters(hash.parameters, parameters) || hash.salt.length < SALT) return true;
    return pepper?.state !== "next" && pepper !== peppers.current;
  }

  #memoryOf(stored: StoredHash, outdated: boolean): number {
    const current = this.#settings.parameters.memoryKiB;
    if (stored.kind === "unusable") return current;
    const own = stored.kind === "argon2" ? stored.hash.parameters.memoryKiB : stored.hash.memoryKiB;
    return outdated ? Math.max(own, current) : own;
  }

  async #matches(typed: string, nfc: string, stored: StoredHash): Promise<boolean> {
    if (stored.kind === "unusable") return false;
    if (stored.kind === "foreign") return await calling(() => stored.hash.verify(typed));
    const { parameters, salt, tag } = stored.hash;
    return timingSafeEqual(await this.#compute(nfc, parameters, salt, stored.pepper), tag);
  }

  async #make(nfc: string): Promise<string> {
    const { parameters, peppers, random } = this.#settings;
    const pepper = peppers.current;
    const salt = random(SALT);
    const tag = await this.#compute(nfc, parameters, salt, pepper);
    const hash: Argon2Hash = { parameters, keyId: pepper?.id, salt, tag };
    return writeArgon2(hash);
  }

  /** The pepper is the secret value K of RFC 9106 section 3.1, which is there for this. */
  async #compute(
    nfc: string,
    parameters: Argon2Parameters,
    salt: Uint8Array,
    pepper: Pepper | undefined,
  ): Promise<Uint8Array> {
    const bytes = Buffer.from(nfc);
    const secret = pepper?.secret();
    try {
      return await calling(() => this.#argon2(bytes, parameters, salt, secret));
    } finally {
      // Of the copies that can be wiped. A JavaScript string cannot.
      bytes.fill(0);
      secret?.fill(0);
    }
  }
}

async function calling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new PasswordError("engine", "the hash function failed", { cause });
  }
}
