import { database } from "../backend/database.ts";
import type { Encryption } from "./encryption.ts";

const AES = "AES-GCM";
/** 96 bits, as NIST SP 800-38D 5.2.1.1 recommends; random, so a key is good for 2^32 values (8.3). */
const IV_LENGTH = 12;

/**
 * AES-256-GCM with a key that this browser keeps in IndexedDB and does not give away: no script can read its bytes. Against
 * who reads the files without the browser: a backup, a copied profile of Web Storage. Not against scripts of this origin: they
 * use the key as the page does.
 */
export function deviceKey(): Encryption {
  const db = database("coatcheck-keys");

  /** Read each time: another tab may have ended it. */
  async function keyOf(store: string): Promise<CryptoKey> {
    const found = await db.run<CryptoKey | undefined>("readonly", (keys) => keys.get(store));
    if (found) return found;
    const algorithm = { name: AES, length: 256 };
    const made = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    return db.run("readwrite", (keys) => {
      // Two tabs may both have made one: the first stays.
      const adding = keys.add(made, store);
      adding.onerror = (event) => event.preventDefault();
      return keys.get(store);
    });
  }

  const parameters = (iv: Uint8Array<ArrayBuffer>, bound: string) => ({
    name: AES,
    iv,
    additionalData: new TextEncoder().encode(bound),
  });

  return {
    prepare: keyOf,
    async seal(store, bound, text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
      const bytes = new TextEncoder().encode(text);
      const key = await keyOf(store);
      const sealed = await crypto.subtle.encrypt(parameters(iv, bound), key, bytes);
      let binary = "";
      for (const byte of [...iv, ...new Uint8Array(sealed)]) binary += String.fromCharCode(byte);
      return btoa(binary);
    },
    async open(store, bound, sealed) {
      const bytes = Uint8Array.from(atob(sealed), (it) => it.charCodeAt(0));
      const iv = bytes.slice(0, IV_LENGTH);
      const key = await keyOf(store);
      const opened = await crypto.subtle.decrypt(
        parameters(iv, bound),
        key,
        bytes.slice(IV_LENGTH),
      );
      return new TextDecoder().decode(opened);
    },
    forget: (store) => db.run("readwrite", (keys) => keys.delete(store)),
  };
}
