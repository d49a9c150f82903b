import type { Dice } from "../random.ts";
import type { Kind } from "../server/message.ts";

/** A request; or `leave`: the browser forgets its cookie and tells nobody; or `replay`: somebody comes with the cookie of a session that has ended. */
export type Choice = Kind | "leave" | "replay";

const WEIGHTS: Readonly<Record<Exclude<Choice, "rotate">, number>> = {
  read: 45,
  update: 24,
  set: 18,
  list: 7,
  login: 4,
  logout: 0.7,
  replay: 1,
  leave: 0.3,
  revoke: 0.5,
  revokeUser: 0.15,
  sweep: 0.1,
};

/** Draws what to do next, by weights. */
export function chooser(rotate: number, dice: Dice): () => Choice {
  const weights = Object.entries({ ...WEIGHTS, rotate }) as [Choice, number][];
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return () => {
    let at = dice() * total;
    for (const [choice, weight] of weights) {
      at -= weight;
      if (at < 0) return choice;
    }
    return "read";
  };
}
