import { DatabaseSync } from "node:sqlite";

/** The shop's own tables, beside the sessions and knowing nothing of them. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2_000 });
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS users (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, is_admin INTEGER NOT NULL, password_hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS attempts (
      name TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS carts (
      user_id TEXT NOT NULL, storage TEXT NOT NULL, cart TEXT NOT NULL, PRIMARY KEY (user_id, storage)
    ) STRICT`);
  return database;
}
