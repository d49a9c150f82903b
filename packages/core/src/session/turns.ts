import { SessionConflictError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { SessionRecord } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Batch } from "./batch.ts";

/** Commits of this process to one session, one of which has its turn. */
export interface Line {
  /** What the store holds, as far as the one whose turn it is can tell. */
  known: SessionRecord | undefined;
  /** How many have had their turn. */
  turns: number;
  /** In the order in which they came. */
  readonly waiting: Map<Batch, (isTurn: boolean) => void>;
}

/** The sessions that have a line: from a commit that was foiled on, until nobody waits. */
export type Lines = Map<SessionId, Line>;

/**
 * Each so many-th turn begins by reading, though it need not: whoever need not is twice as fast as another process that has to, and always foils it.
 * Two processes that both read every time may fall into step, and the same one lose every time.
 */
const PAUSE = 8;

/** Whether the batch had better wait. */
export function isOthersTurn({ core: { lines }, line }: Batch, id: SessionId): boolean {
  return lines.size > 0 && !line && lines.has(id);
}

/**
 * Does `work` when it is the batch's turn: of many that write to one session, all at once, each would foil the others again and again. It gets what the one before has
 * written, or nothing and has to read.
 *
 * No lock, only manners: it is by the version that no write is lost, of whichever process, in turn or not.
 */
export function inTurn<T>(
  batch: Batch,
  id: SessionId,
  work: (known?: SessionRecord) => MaybePromise<T>,
): MaybePromise<T> {
  if (batch.line) return work();
  const { lines } = batch.core;
  const take = (line: Line): MaybePromise<T> => {
    const leave = () => {
      batch.line = undefined;
      for (const [next, call] of line.waiting) {
        line.waiting.delete(next);
        call(!!line.known);
        // Where nobody can tell what the store holds, or whether it answers, nobody waits for another to find out.
        if (line.known) return;
      }
      lines.delete(id);
    };
    batch.line = line;
    const known = line.turns++ % PAUSE ? line.known : undefined;
    return attempt(
      () =>
        chain(work(known), (result) => {
          leave();
          return result;
        }),
      (error) => {
        leave();
        throw error;
      },
    );
  };
  const others = lines.get(id);
  if (others) return wait(batch, others).then((isTurn) => (isTurn ? take(others) : work()));
  const line: Line = { known: undefined, turns: 0, waiting: new Map() };
  lines.set(id, line);
  return take(line);
}

/** As long as for the store, and no longer: where more come than it can take, they have to be told. */
function wait(batch: Batch, { waiting }: Line): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      waiting.delete(batch);
      reject(new SessionConflictError(batch.tries));
    };
    const timer = setTimeout(giveUp, batch.core.storeTimeout);
    waiting.set(batch, (isTurn) => {
      clearTimeout(timer);
      resolve(isTurn);
    });
  });
}

/** What the store holds, for whose turn is next; without `known`: that is uncertain. */
export function tellNext({ line }: Batch, known?: SessionRecord): void {
  if (line) line.known = known;
}
