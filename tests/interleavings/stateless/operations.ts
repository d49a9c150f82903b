import type { Session, Sessions } from "@coatcheck/core";

export interface Data {
  before: string;
  a: string;
  b: string;
}

export type Side = "a" | "b";

/** What one of two tasks does: a request with the token of before, or what the manager does to that session from elsewhere. */
export const OPERATIONS = [
  "write",
  "touch",
  "rotate",
  "login",
  "login other",
  "destroy",
  "revoke",
  "revoke user",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Every unordered pair, an operation with itself included. */
export const PAIRS: ReadonlyArray<readonly [Operation, Operation]> = OPERATIONS.flatMap((a, i) =>
  OPERATIONS.slice(i).map((b) => [a, b] as const),
);

/** Whose session it is, where somebody is logged in. */
export const USER = "ann";
export const OTHER = "bob";

/** Those that end the session, for good. */
export function ends(operation: Operation, loggedIn: boolean): boolean {
  return (
    operation === "destroy" ||
    operation === "revoke" ||
    (operation === "revoke user" && loggedIn) ||
    (operation === "login other" && loggedIn)
  );
}

export function isLogin(operation: Operation): boolean {
  return operation === "login" || operation === "login other";
}

export function perform(operation: Operation, session: Session<Data>, side: Side): void {
  switch (operation) {
    case "write":
      session.set(side, "written");
      break;
    case "touch":
      session.touch();
      break;
    case "rotate":
      session.rotate();
      break;
    case "login":
      session.login(USER);
      break;
    case "login other":
      session.login(OTHER);
      break;
    case "destroy":
      session.destroy();
      break;
  }
}

/** For what is no request: does it, or says that it is one. */
export async function fromElsewhere(
  operation: Operation,
  sessions: Sessions<Data>,
  id: string,
): Promise<boolean> {
  if (operation === "revoke") await sessions.revoke(id);
  else if (operation === "revoke user") await sessions.revokeUser(USER);
  else return false;
  return true;
}
