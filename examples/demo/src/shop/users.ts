import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

export interface User {
  readonly id: string;
  readonly name: string;
}

interface Account extends User {
  readonly salt: string;
  readonly hash: string;
}

/** Shown on the login page: this is a demo. */
export const DEMO_PASSWORD = "coat";

// scrypt because it is in Node. A real application uses argon2id (OWASP Password Storage Cheat Sheet).
const accounts: readonly Account[] = [
  {
    id: "alice",
    name: "Alice",
    salt: "nipWme16zXbyivBOUTqsjg",
    hash: "FH14jq6y1MUDYqwdFxGC0UzZUT8zP3XCmY6JUbE8_WQ",
  },
  {
    id: "bob",
    name: "Bob",
    salt: "2jm7BW6mHMn0dcw7h30naQ",
    hash: "V6A2FG48BIRj60Wxu6kp9YvZPTKbkSiz3c_sTh0ALNs",
  },
];

/** Whom nobody can be: an unknown name costs as much time as a wrong password, so the names cannot be told apart by it. */
const nobody: Account = { id: "", name: "", salt: "", hash: "A".repeat(43) };

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export async function authenticate(name: string, password: string): Promise<User | undefined> {
  const account = accounts.find(({ id }) => id === name.toLowerCase()) ?? nobody;
  const expected = Buffer.from(account.hash, "base64url");
  const given = await derive(password, Buffer.from(account.salt, "base64url"), expected.length);
  return timingSafeEqual(given, expected) && account !== nobody ? account : undefined;
}

export function userName(id: string | undefined): string | undefined {
  return accounts.find((account) => account.id === id)?.name;
}
