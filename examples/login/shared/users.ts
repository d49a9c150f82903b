import { DatabaseSync } from "node:sqlite";
import { createPasswords } from "@coatcheck/password";
import { dataFile } from "./data-file.ts";

export interface User {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
}

/** One for the whole application: the queue that bounds its memory is in it. */
export const passwords = createPasswords();

const database = new DatabaseSync(dataFile("users.db"));
database.exec(
  "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, email TEXT, passwordHash TEXT) STRICT",
);
database
  .prepare("INSERT OR IGNORE INTO users VALUES ('ann', 'ann@example.com', ?)")
  .run(await passwords.hash("correct horse battery staple"));

const select = database.prepare("SELECT * FROM users WHERE name = ?");
const updateEmail = database.prepare("UPDATE users SET email = ? WHERE name = ?");
const updateHash = database.prepare(
  "UPDATE users SET passwordHash = ? WHERE name = ? AND passwordHash = ?",
);

/** The user of that name. A form can send anything, or nothing. */
export function findUser(name: unknown): User | undefined {
  return typeof name === "string" ? (select.get(name) as unknown as User | undefined) : undefined;
}

export function setEmail(name: string, email: unknown): void {
  updateEmail.run(String(email), name);
}

/** Keeps the better hash that a login has made, unless the password was changed meanwhile. */
export function setHash({ name, passwordHash }: User, upgraded: string): void {
  updateHash.run(upgraded, name, passwordHash);
}
