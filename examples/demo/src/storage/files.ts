import { basename, dirname, extname, join } from "node:path";
import type { StorageKind } from "./kinds.ts";

/** The file of one storage: `sessions.db`, and beside it `sessions.sealed.db` and `sessions.jwt.db`. */
export function fileOf(database: string, kind: StorageKind): string {
  return kind === "store" ? database : beside(database, `${kind}${extname(database)}`);
}

/** `sessions.keys.json` */
export function keysFile(database: string): string {
  return beside(database, "keys.json");
}

/** The remember-me tokens: a file of their own, as they are no sessions. */
export function rememberFile(database: string): string {
  return beside(database, `remember${extname(database)}`);
}

/** Users and failed logins: the shop's own. */
export function usersFile(database: string): string {
  return beside(database, `users${extname(database)}`);
}

function beside(database: string, ending: string): string {
  return join(dirname(database), `${basename(database, extname(database))}.${ending}`);
}
