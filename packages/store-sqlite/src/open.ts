import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SessionConfigError } from "@coatcheck/core";
import type { Settings } from "./options.ts";
import { migrate } from "./schema.ts";

const IN_MEMORY = ":memory:";
const RETRY_AFTER_MS = 10;

// Primary result codes, https://www.sqlite.org/rescode.html
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const CANTOPEN = 14;
const NOTADB = 26;

/** Opens or creates the file and brings it to this version's schema. */
export function openDatabase(settings: Settings): DatabaseSync {
  const { path } = settings;
  if (path !== IN_MEMORY) createPrivately(path);
  let db: DatabaseSync | undefined;
  try {
    const opened = new DatabaseSync(path);
    db = opened;
    opened.exec(`PRAGMA busy_timeout = ${settings.busyTimeout}`);
    whileBusy(settings.busyTimeout, () => {
      // First the schema: a file that is not ours is refused before anything about it is changed.
      migrate(opened, path);
      writeAhead(opened, path);
    });
    const synchronous = settings.durability === "power-loss" ? "FULL" : "NORMAL";
    opened.exec(`PRAGMA synchronous = ${synchronous}`);
    return opened;
  } catch (error) {
    db?.close();
    throw explained(error, path);
  }
}

/**
 * A new file is readable by its owner alone, since sessions are private; SQLite gives its -wal and -shm the same mode.
 * An existing file is left as it is, and above all not opened: on POSIX, closing any descriptor of a file drops the locks
 * that this process holds on it, those of another store on the same file included.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const why =
      code === "ENOENT"
        ? `directory ${dirname(resolve(path))} does not exist: create it first`
        : `the file cannot be created (${code})`;
    throw configError(`path ${path}: ${why}`, error);
  }
}

function writeAhead(db: DatabaseSync, path: string): void {
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
  if (mode !== "wal" && path !== IN_MEMORY) {
    throw new SessionConfigError(
      "path",
      `path ${path} is on a file system that cannot share memory between processes, as a ` +
        "write-ahead log needs: use a local disk",
    );
  }
}

/**
 * Repeats `work` while other processes hold the file. SQLite's own busy timeout does not cover the switch to WAL: whoever
 * wants that while another is writing is refused at once.
 */
function whileBusy(limitMs: number, work: () => void): void {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    try {
      work();
      return;
    } catch (error) {
      if (resultCode(error) !== BUSY || performance.now() >= giveUpAt) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER_MS);
  }
}

/** What can only mean a wrong `path` is said so; every other error stays what it is. */
function explained(error: unknown, path: string): unknown {
  switch (resultCode(error)) {
    case NOTADB:
    case CORRUPT:
      return configError(`path ${path} is not an SQLite database, or a damaged one`, error);
    case READONLY:
      return configError(`path ${path} cannot be written: check its mode and owner`, error);
    case CANTOPEN:
      return configError(`path ${path} cannot be opened: check its mode, owner and type`, error);
    default:
      return error;
  }
}

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  // The low byte of an extended code is the primary one.
  return typeof code === "number" ? code & 0xff : undefined;
}

function configError(message: string, cause: unknown): SessionConfigError {
  const error = new SessionConfigError("path", message);
  error.cause = cause;
  return error;
}
