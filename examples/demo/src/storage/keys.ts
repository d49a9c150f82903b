import { readFileSync, writeFileSync } from "node:fs";
import { generateKey } from "@coatcheck/core/sealed";
import { generateJwk, type PrivateJwk } from "@coatcheck/jwt";
import { SettingError } from "../environment.ts";

/** What the sessions that live in their tokens are sealed and signed with, and by which networks are marked. */
export interface Keys {
  readonly sealed: string;
  readonly jwt: PrivateJwk;
  readonly address: string;
}

/**
 * The keys of this demo: made once and kept beside the database, so that a restart logs nobody out. A real application is given its
 * keys by its environment or a secret manager: a file beside the data goes along into every backup of it, and other machines have none of it.
 */
export function keysFrom(path: string): Keys {
  const made: Keys = {
    sealed: generateKey(),
    jwt: generateJwk("EdDSA"),
    address: generateKey(),
  };
  try {
    // Readable by its owner only, and never in place of keys that are there.
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const kept = readKeys(path);
    const all = { ...made, ...kept };
    // A file of an earlier demo lacks the newer ones.
    if (kept.address === undefined) writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
    return all;
  }
}

function readKeys(path: string): Partial<Keys> {
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text) as Partial<Keys>;
  } catch {
    // The parser's own message quotes the text, and that is a key.
    throw new SettingError(`${path} holds no keys. Delete it to get new ones.`);
  }
}
