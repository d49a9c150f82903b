import type { SessionId, SessionNotifier, SessionStore } from "@coatcheck/core";

/** `store`, which can notify within this process. */
export function withChannel<Store extends SessionStore>(store: Store): Store & SessionNotifier {
  const watchers = new Set<(id: SessionId) => void>();
  return Object.assign(store, {
    announce: (ids: readonly SessionId[]) => {
      for (const id of ids) for (const watcher of watchers) watcher(id);
    },
    watch: (listener: (id: SessionId) => void) => {
      const own = (id: SessionId): void => listener(id);
      watchers.add(own);
      return () => void watchers.delete(own);
    },
  });
}
