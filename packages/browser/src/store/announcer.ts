import { channel } from "./channel.ts";

export interface StoreChange<Key extends string = string> {
  /** `null`: all of them, by `clear`. */
  readonly key: Key | null;
  /** By another tab, or by another store object of this page. */
  readonly remote: boolean;
}

type Listener = (change: StoreChange) => void;

export interface Announcer {
  /** To the listeners here and everywhere. */
  tell(key: string | null): void;
  listen(listener: Listener): () => void;
  close(): void;
}

/** Changes of one store, here and in other tabs; `arrive` ends when a remote one can be read here. */
export function announcer(id: string, arrive: (key: string | null) => Promise<void>): Announcer {
  const listeners = new Set<Listener>();
  const call = (key: string | null, remote: boolean): void => {
    // Each in a task of its own: what one throws is nobody else's affair.
    for (const listener of listeners) queueMicrotask(() => listener({ key, remote }));
  };
  const others = channel<string | null>(id, async (key) => {
    await arrive(key);
    call(key, true);
  });
  return {
    tell(key) {
      call(key, false);
      others.tell(key);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      others.close();
      listeners.clear();
    },
  };
}
