import type { SessionId, SessionNotifier } from "@coatcheck/core";
import type { Connection } from "./client/client.ts";
import {
  type RedisSubscriberLike,
  type Subscription,
  subscriptionOf,
} from "./client/subscription.ts";

type Watcher = (id: SessionId | undefined) => void;

/** Anybody may publish on a channel, and anything. */
const ID = /^[\w-]{22}$/;

/** Where the ends of one store's sessions are told. All who watch share one subscription, which there is only while somebody does. */
export class Channel implements SessionNotifier {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #subscription: Subscription;
  readonly #watchers = new Set<Watcher>();
  #standing: Promise<void> | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, subscriber: RedisSubscriberLike, name: string) {
    this.#connection = connection;
    this.#name = name;
    this.#subscription = subscriptionOf(subscriber, name, (text) => this.#hear(text));
  }

  async announce(ids: readonly SessionId[]): Promise<void> {
    if (ids.length > 0) {
      await this.#connection.send(this.#name, ["PUBLISH", this.#name, ids.join(" ")]);
    }
  }

  async watch(listener: Watcher): Promise<() => Promise<void>> {
    // One of its own, so that a listener that watches twice stops once at a time.
    const own: Watcher = (id) => listener(id);
    this.#watchers.add(own);
    const stop = async (): Promise<void> => {
      this.#watchers.delete(own);
      if (this.#watchers.size > 0 || !this.#standing) return;
      this.#ended = this.#standing.then(() => this.#subscription.end()).catch(() => {});
      this.#standing = undefined;
      await this.#ended;
    };
    try {
      // Never while one is being ended: the end would be that of both.
      this.#standing ??= this.#ended.then(() => this.#subscription.begin());
      await this.#standing;
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  }

  #hear(text: string | undefined): void {
    const words = text === undefined ? [undefined] : text.split(" ").filter((it) => ID.test(it));
    for (const id of words) {
      for (const watcher of this.#watchers) watcher(id as SessionId | undefined);
    }
  }
}
