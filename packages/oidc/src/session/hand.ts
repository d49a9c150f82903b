import type { HeaderPair, MaybePromise, Session, Sessions } from "@coatcheck/core";
import type { AuthRequest } from "../http/request.ts";

/** A request's session, committed by hand. */
export interface HandSession<Data extends object> {
  readonly session: Session<Data>;
  /** Stores what was done to it; what the response has to carry. */
  commit(): Promise<readonly HeaderPair[]>;
}

/** What a session plugin has bound, as far as it is used here: one of another copy of the core will do. */
interface Holder<Data extends object> {
  takeOver(): MaybePromise<Session<Data>>;
  giveBack(): void;
  setAside(): void;
}

/**
 * The request's session for `work`, which commits it. That of the session plugin if there is one, eager or lazy; else it is opened here. A plugin stores nothing of what a `work` that
 * fails has left half done: a session without its connection would outlive the logout at the provider.
 */
export async function byHand<Data extends object, T>(
  sessions: Sessions<Data>,
  { request, facts }: AuthRequest,
  work: (hand: HandSession<Data>) => Promise<T>,
): Promise<T> {
  const holder = holderOf(sessions, request);
  const session = holder ? await holder.takeOver() : await sessions.open(request, facts);
  const result = await work({ session, commit: async () => sessions.commit(session) });
  holder?.giveBack();
  return result;
}

/**
 * For what a provider posts: it comes from another origin and proves by itself where from. What an application does to the session of every request would be refused there (403).
 */
export function withoutSession<Data extends object>(
  sessions: Sessions<Data>,
  { request }: AuthRequest,
): void {
  holderOf(sessions, request)?.setAside();
}

function holderOf<Data extends object>(
  sessions: Sessions<Data>,
  request: object,
): Holder<Data> | undefined {
  const bound = sessions.bound(request) as Partial<Holder<Data>> | undefined;
  return bound?.takeOver ? (bound as Holder<Data>) : undefined;
}
