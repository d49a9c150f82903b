import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Argon2Engine, nativeArgon2 } from "../argon2/engine.ts";
import { type Argon2Parameters, equalParameters } from "../argon2/parameters.ts";
import { type Argon2Hash, writeArgon2 } from "../argon2/phc.ts";
import { PasswordError } from "../errors.ts";
import { Gate } from "../load/gate.ts";
import { type PasswordSettings, type PasswordsOptions, settingsOf } from "./options.ts";
import type { Passwords, Verification, WaitOptions } from "./passwords.ts";
import type { Pepper } from "./pepper.ts";
import { readStored, type StoredHash } from "./stored.ts";
import { readPassword } from "./text.ts";

const SALT = 16;
const REFUSED: Verification = Object.freeze({ ok: false });

/** The cost of a hash, the peppers, and the queue. Make one, and use it everywhere: two have two queues. Throws a `SessionConfigError`. */
export function createPasswords(options: PasswordsOptions = {}): Passwords {
  return new PasswordManager(settingsOf(options, randomBytes), nativeArgon2);
}

/** What `createPasswords` makes, with an engine of choice. */
export class PasswordManager implements Passwords {
  readonly #settings: PasswordSettings;
  readonly #argon2: Argon2Engine;
  readonly #gate: Gate;
  readonly #decoy: string;

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

  get memoryBound(): number {
    return this.#settings.limits.memoryKiB * 1024;
  }

  get load(): Passwords["load"] {
    return { running: this.#gate.running, waiting: this.#gate.waiting };
  }

  async hash(password: string, { signal }: WaitOptions = {}): Promise<string> {
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

  async verify(
    password: string,
    stored: string | null | undefined,
    { signal }: WaitOptions = {},
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
