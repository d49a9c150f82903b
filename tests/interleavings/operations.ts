import type { Session } from "@coatcheck/core";

/** What the sessions of these tests hold: a key for each of two requests, one that both count on, one from before. */
export interface Data {
  before: string;
  a: string;
  b: string;
  count: number;
}

/** Which of the two requests. */
export type Side = "a" | "b";

/** What a request does to its session between opening and committing it. */
export type Operation = "write" | "update" | "touch" | "rotate" | "login" | "destroy";

export const OPERATIONS: readonly Operation[] = [
  "write",
  "update",
  "touch",
  "rotate",
  "login",
  "destroy",
];

/** Every unordered pair, an operation with itself included. */
export const PAIRS: ReadonlyArray<readonly [Operation, Operation]> = OPERATIONS.flatMap((a, i) =>
  OPERATIONS.slice(i).map((b) => [a, b] as const),
);

export const USER = "ann";

export function perform(operation: Operation, session: Session<Data>, side: Side): void {
  switch (operation) {
    case "write":
      session.set(side, "written");
      break;
    case "update":
      session.update("count", (count = 0) => count + 1);
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
    case "destroy":
      session.destroy();
      break;
  }
}
