import type { DatabaseSync } from "node:sqlite";
import type { Passwords } from "@coatcheck/password";
import { demoUsers, type User } from "./users.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly is_admin: number;
  readonly password_hash: string;
}

/** The shop's users: a table as any application has one. Sessions know no more of it than an id. */
export class Accounts {
  readonly #database: DatabaseSync;
  readonly #passwords: Passwords;

  constructor(database: DatabaseSync, passwords: Passwords) {
    this.#database = database;
    this.#passwords = passwords;
  }

  /** Adds the demo's users, as far as they are not there. */
  async seed(): Promise<void> {
    const insert = this.#database.prepare(
      "INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    for (const { id, name, email, isAdmin, password } of demoUsers) {
      if (this.#row(id)) continue;
      insert.run(id, name, email, isAdmin ? 1 : 0, await this.#passwords.hash(password));
    }
  }

  byId(id: string | undefined): User | undefined {
    return id === undefined ? undefined : userOf(this.#row(id));
  }

  all(): User[] {
    const rows = this.#database.prepare("SELECT * FROM users ORDER BY id").all();
    return rows.flatMap((row) => userOf(row as unknown as Row) ?? []);
  }

  /** Whose name and password this is. An unknown name costs the work of a wrong password, so the two cannot be told apart by time. */
  async authenticate(id: string, password: string): Promise<User | undefined> {
    const row = this.#row(id);
    const { ok, upgraded } = await this.#passwords.verify(password, row?.password_hash);
    if (upgraded !== undefined) this.#savePassword(id, upgraded);
    return ok ? userOf(row) : undefined;
  }

  /** Throws a `PasswordError` that says what is wrong with a password that cannot be taken. */
  async changePassword(id: string, password: string): Promise<void> {
    this.#savePassword(id, await this.#passwords.hash(password));
  }

  changeEmail(id: string, email: string): void {
    this.#database.prepare("UPDATE users SET email = ? WHERE id = ?").run(email, id);
  }

  #savePassword(id: string, hash: string): void {
    this.#database.prepare("UPDATE users SET password_hash = ? WHERE id = ?").run(hash, id);
  }

  #row(id: string): Row | undefined {
    return this.#database.prepare("SELECT * FROM users WHERE id = ?").get(id) as Row | undefined;
  }
}

function userOf(row: Row | undefined): User | undefined {
  return row && { id: row.id, name: row.name, email: row.email, isAdmin: row.is_admin === 1 };
}
