import type { Intent } from "../session/unit.ts";
import type { Fact } from "./explanation.ts";
import { printable } from "./printable.ts";
import type { Step } from "./trace.ts";

/** What handlers did in a request. */
export type DeedCode =
  /** Nobody asked the session anything. */
  | "unused"
  /** It was read, and nothing else. */
  | "read"
  | "wrote"
  | "cleared"
  | "flashed"
  | "flash-read"
  | "login"
  /** A step-up, or somebody else to act for. */
  | "renew"
  | "rotate"
  | "regenerate"
  | "destroy"
  | "touch"
  /** A hand-off code was exchanged for a session. */
  | "hand-off"
  | "hand-off-refused";

export interface DeedFact extends Fact<DeedCode> {
  /** The keys concerned, never their values. */
  readonly keys?: readonly string[];
}

// Complete by its type: an intent that is new wants a sentence here, or none.
const INTENTS: Readonly<Record<keyof Intent, readonly [DeedCode, string] | undefined>> = {
  login: ["login", "The handler logged a user in."],
  auth: ["renew", "The handler changed what the user counts for, or acts for whom."],
  rotate: ["rotate", "The handler asked for a new token of the same session."],
  strict: undefined,
  regenerate: ["regenerate", "A new session was to take the place of the one before."],
  destroy: ["destroy", "The handler ended the session."],
  touch: ["touch", "The handler asked to note that the client was here."],
  endsAt: undefined,
};

export function deedsOf(step: Step): readonly DeedFact[] {
  const { intent, cleared, written, flashed, flashRead, looked, handOffRefusal } = step;
  // What such a session begins with is no handler's doing.
  if (intent.endsAt !== undefined) {
    return [{ code: "hand-off", says: "A hand-off code was exchanged for a session." }];
  }
  if (handOffRefusal) {
    const says = `A hand-off code was not exchanged (${handOffRefusal}).`;
    return [{ code: "hand-off-refused", says }];
  }
  const deeds: DeedFact[] = [];
  for (const [name, deed] of Object.entries(INTENTS)) {
    // What is said of a login belongs to it.
    if (name === "auth" && intent.login) continue;
    if (deed && intent[name as keyof Intent]) deeds.push({ code: deed[0], says: deed[1] });
  }
  if (cleared) deeds.push({ code: "cleared", says: "The handler removed what the data held." });
  const byKey = (code: DeedCode, what: string, keys: readonly string[]) => {
    if (keys[0] !== undefined)
      deeds.push({ code, says: `${what} ${keys.map(printable).join(", ")}.`, keys });
  };
  byKey("wrote", "The handler wrote", written);
  byKey("flashed", "The handler left for a later request", flashed);
  byKey("flash-read", "The handler took what was left for it under", flashRead);
  if (deeds[0]) return deeds;
  return looked
    ? [{ code: "read", says: "The handler read the session and wrote nothing." }]
    : [{ code: "unused", says: "No handler asked the session anything." }];
}
