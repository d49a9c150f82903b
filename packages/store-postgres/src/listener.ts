import type { SessionId, SessionNotifier } from "@coatcheck/core";
import { type Hear, type LetGo, type ListenClient, listenOn } from "./notification.ts";

type Watcher = (id: SessionId | undefined) => void;

/** Anybody may notify on a channel, and anything. */
const ID = /^[\w-]{22}$/;

const FIRST_MS = 100;
/** As often as those look who cannot be told. */
const LONGEST_MS = 2000;

/** Where the ends of one store's sessions are heard. All who watch share one connection, which is held only while somebody does. */
export class Listener implements Pick<SessionNotifier, "watch"> {
  readonly #client: ListenClient;
  readonly #channel: string;
  readonly #random: () => number;
  readonly #watchers = new Set<Watcher>();
  /** There while somebody watches, but between two attempts to have it back. */
  #line: Promise<LetGo> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delay = FIRST_MS;
  #missed = false;
  #closed = false;

  constructor(client: ListenClient, channel: string, random: () => number = Math.random) {
    this.#client = client;
    this.#channel = channel;
    this.#random = random;
  }

  async watch(listener: Watcher): Promise<() => Promise<void>> {
    // It would hold a connection that nobody lets go any more.
    if (this.#closed) throw new Error("the store is closed");
    // One of its own, so that a listener that watches twice stops once at a time.
    const own: Watcher = (id) => listener(id);
    this.#watchers.add(own);
    const stop = async (): Promise<void> => {
      this.#watchers.delete(own);
      if (this.#watchers.size === 0) await this.#end();
    };
    try {
      await (this.#line ?? this.#begin());
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watchers.clear();
    await this.#end();
  }

  #begin(): Promise<LetGo> {
    clearTimeout(this.#timer);
    const lost = () => this.#line === line && this.#retry();
    const hear: Hear = (text) => this.#hear(text);
    const line = listenOn(this.#client, this.#channel, hear, lost);
    this.#line = line;
    line.then(() => {
      this.#delay = FIRST_MS;
      if (this.#missed) this.#tell(undefined);
      this.#missed = false;
    }, lost);
    return line;
  }

  /** Until it is back, what ends is found by looking, from time to time. */
  #retry(): void {
    this.#line = undefined;
    this.#missed = true;
    this.#tell(undefined);
    // Half to one and a half, so that not all processes come back at the same moment.
    const delay = this.#delay * (0.5 + this.#random());
    this.#timer = setTimeout(() => this.#begin(), delay).unref();
    this.#delay = Math.min(this.#delay * 2, LONGEST_MS);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = undefined;
    this.#missed = false;
    await line?.then(
      (letGo) => letGo(),
      () => {},
    );
  }

  #hear(text: string): void {
    for (const id of text.split(" ")) if (ID.test(id)) this.#tell(id as SessionId);
  }

  #tell(id: SessionId | undefined): void {
    for (const watcher of this.#watchers) watcher(id);
  }
}
