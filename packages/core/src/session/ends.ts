import type { EventHub } from "../events.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";

/** Called once, when the session is over. */
export type EndListener = (id: SessionId) => void;

/** Until when a session lives if nothing more happens to it; `undefined`: it is over. */
export type Lookup = (id: SessionId) => MaybePromise<number | undefined>;

type Stop = () => MaybePromise<void>;

/** How often it is looked which sessions are due. */
const TICK_MS = 1000;
/** How often a session is looked up whose store cannot tell of its end. */
const POLL_MS = 2000;
/** The same where the store tells: of a process whose store does not announce what it ends, nothing is heard. */
const DOUBT_MS = 60_000;

interface Watched {
  readonly listeners: Set<EndListener>;
  /** When to look it up next. */
  due: number;
}

/**
 * Tells whoever holds something open for a session, as a WebSocket, that it is over: at once where it ended in this process, by the store where
 * that can tell of what ended in others, and else by looking. Nothing runs while nobody waits.
 */
export class Ends {
  readonly #store: SessionStore;
  readonly #lookup: Lookup;
  readonly #clock: () => number;
  readonly #watched = new Map<SessionId, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #unwatch: MaybePromise<Stop | undefined>;
  /** Which attempt to watch counts: one that is answered when nobody waits any more must not undo the next one. */
  #attempt = 0;
  /** The store tells of what ends elsewhere. */
  #heard = false;

  constructor(store: SessionStore, events: EventHub, clock: () => number, lookup: Lookup) {
    this.#store = store;
    this.#lookup = lookup;
    this.#clock = clock;
    let ended: SessionId[] = [];
    events.on("ended", ({ id }) => {
      this.#tell(id);
      if (!store.announce || ended.push(id) > 1) return;
      // All of a user's in one. Best effort: whoever waits elsewhere looks from time to time, too, and a failure is told by its event.
      queueMicrotask(() => {
        const ids = ended;
        ended = [];
        quietly(() => store.announce?.(ids));
      });
    });
  }

  on(id: SessionId, listener: EndListener): () => void {
    // One of its own, so that two subscriptions of one function end one by one.
    const own: EndListener = () => listener(id);
    const watched = this.#watched.get(id) ?? { listeners: new Set(), due: 0 };
    this.#watched.set(id, watched);
    watched.listeners.add(own);
    this.#begin();
    // It may be over already.
    this.#look(id, watched);
    return () => {
      watched.listeners.delete(own);
      if (watched.listeners.size === 0 && this.#watched.get(id) === watched) this.#forget(id);
    };
  }

  #begin(): void {
    this.#connect();
    this.#timer ??= setInterval(() => {
      // Also if it failed the last time.
      this.#connect();
      this.#lookAt((due) => due <= this.#clock());
    }, TICK_MS).unref();
  }

  #connect(): void {
    const { watch } = this.#store;
    if (!watch || this.#unwatch) return;
    const own = ++this.#attempt;
    const watching = attempt<Stop | undefined>(
      () => watch((id) => (id === undefined ? this.#lookAt() : this.#tell(id))),
      () => undefined,
    );
    this.#unwatch = watching;
    this.#unwatch = chain(watching, (stop) => {
      if (own !== this.#attempt) return stop;
      this.#heard = !!stop;
      if (stop) this.#lookAt();
      else this.#unwatch = undefined;
      return stop;
    });
  }

  /** All of them, or those that are due. */
  #lookAt(due: (at: number) => boolean = () => true): void {
    for (const [id, watched] of this.#watched) if (due(watched.due)) this.#look(id, watched);
  }

  #look(id: SessionId, watched: Watched): void {
    watched.due = this.#clock() + POLL_MS;
    quietly(() =>
      chain(this.#lookup(id), (until) => {
        // A remember-me token brings ids back: this is not of what is waited for by now.
        if (this.#watched.get(id) !== watched) return;
        if (until === undefined) this.#tell(id);
        else if (this.#heard) watched.due = Math.min(until, this.#clock() + DOUBT_MS);
      }),
    );
  }

  #tell(id: SessionId): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    this.#forget(id);
    for (const listener of watched.listeners) {
      // A listener's bug must neither undo a commit nor keep the others from being told.
      attempt(
        () => listener(id),
        (error) =>
          queueMicrotask(() => {
            throw error;
          }),
      );
    }
  }

  #forget(id: SessionId): void {
    this.#watched.delete(id);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const unwatch = this.#unwatch;
    this.#unwatch = undefined;
    this.#attempt++;
    this.#heard = false;
    quietly(() => chain(unwatch, (stop) => stop?.()));
  }
}

/** Nobody waits for it, and the store has told of its failure by an event. */
function quietly(work: () => MaybePromise<void>): void {
  void attempt<void>(work, () => undefined);
}
