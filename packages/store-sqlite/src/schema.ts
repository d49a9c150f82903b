import type { DatabaseSync } from "node:sqlite";
import { SessionConfigError } from "@coatcheck/core";
import { SLOT_MS } from "./slot.ts";
import { immediately } from "./transaction.ts";

/** Marks a file as ours ("Coat"): the number at offset 68 of every SQLite file. */
const APPLICATION_ID = 0x436f6174;

/** The step from each schema version to the next, beginning with none. Never edited once released, only added to. */
const STEPS: readonly string[] = [
  `CREATE TABLE session (
     id TEXT NOT NULL PRIMARY KEY,
     version INTEGER NOT NULL,
     user_id TEXT,
     created_at INTEGER NOT NULL,
     authenticated_at INTEGER,
     last_seen_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     state TEXT NOT NULL,
     data TEXT NOT NULL
   ) STRICT;
   CREATE INDEX session_by_user ON session (user_id, authenticated_at) WHERE user_id IS NOT NULL;
   CREATE INDEX session_by_expiry ON session (expires_at);`,
  `ALTER TABLE session ADD COLUMN expiry_slot INTEGER NOT NULL DEFAULT 0;
   UPDATE session SET expiry_slot = expires_at / ${SLOT_MS};
   DROP INDEX session_by_expiry;
   CREATE INDEX session_by_expiry ON session (expiry_slot);`,
];

export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the file to this version's schema, or refuses it. Several processes may do so at once: what is there is looked
 * at under the lock that writing takes.
 */
export function migrate(db: DatabaseSync, path: string): void {
  immediately(db)(() => {
    const version = versionOf(db, path);
    if (version === SCHEMA_VERSION) return;
    for (const step of STEPS.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function versionOf(db: DatabaseSync, path: string): number {
  const application = numberFrom(db, "SELECT application_id AS n FROM pragma_application_id");
  const version = numberFrom(db, "SELECT user_version AS n FROM pragma_user_version");
  const objects = numberFrom(db, "SELECT count(*) AS n FROM sqlite_schema");
  if (application === 0 && version === 0 && objects === 0) return 0;
  if (application !== APPLICATION_ID) {
    throw new SessionConfigError(
      "path",
      `path ${path} is the database of another application: give the sessions a file of their own`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new SessionConfigError(
      "path",
      `path ${path} has schema version ${version}, written by a newer @coatcheck/store-sqlite; ` +
        `this one knows versions up to ${SCHEMA_VERSION}: upgrade it, or use another file`,
    );
  }
  return version;
}

function numberFrom(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.n);
}
