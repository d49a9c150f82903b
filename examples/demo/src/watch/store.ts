import { chain, type FullStore, type MaybePromise } from "@coatcheck/core";
import { currentTrace } from "./trace.ts";

/** A store that notes each call in the trace of the request it belongs to, and passes it on. `name` tells it from the sessions' own. */
export function watchStore(store: FullStore, name?: string): FullStore {
  const noted = <T>(operation: string, call: () => MaybePromise<T>) =>
    notedCall(operation, name, call);
  return {
    read: (id) => noted("read", () => store.read(id)),
    create: (record, limit) => noted("create", () => store.create(record, limit)),
    update: (record, version, limit) => noted("update", () => store.update(record, version, limit)),
    touch: (id, times) => noted("touch", () => store.touch(id, times)),
    destroy: (id) => noted("destroy", () => store.destroy(id)),
    listByUser: (userId) => noted("listByUser", () => store.listByUser(userId)),
    destroyByUser: (userId, except) =>
      noted("destroyByUser", () => store.destroyByUser(userId, except)),
    sweep: () => store.sweep(),
    close: () => store.close(),
  };
}

function notedCall<T>(
  operation: string,
  store: string | undefined,
  call: () => MaybePromise<T>,
): MaybePromise<T> {
  const trace = currentTrace();
  const start = performance.now();
  return chain(call(), (answer) => {
    const microseconds = Math.round((performance.now() - start) * 1000);
    trace.called({ operation, store, outcome: inWords(answer), microseconds });
    return answer;
  });
}

function inWords(answer: unknown): string {
  if (typeof answer === "string") return answer;
  if (typeof answer === "boolean") return answer ? "ok" : "nothing there";
  if (answer === undefined) return "nothing there";
  if (Array.isArray(answer)) return answer.length === 1 ? "1 session" : `${answer.length} sessions`;
  if (typeof answer === "object" && answer !== null && "evicted" in answer) {
    return "ok, oldest evicted";
  }
  return "found";
}
