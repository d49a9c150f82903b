import type { KeyOf, Session } from "./session.ts";
import { unitOf } from "./session.ts";

/**
 * `session.data`: an object whose properties are the session's keys. Only the top level is a proxy; the values are what `get` hands out,
 * so both see one and the same.
 */
export function dataView<Data extends object>(session: Session<Data>): Data {
  // Not at once: a regenerate gives the unit another one.
  const copy = () => unitOf(session).copy;
  // A symbol is no key: there is never a value of that name.
  const set = (_: Data, key: string | symbol, value: unknown) => {
    if (typeof key === "symbol") return false;
    session.set(key as KeyOf<Data>, value as Data[KeyOf<Data>]);
    return true;
  };
  return new Proxy({} as Data, {
    get: (_, key) => session.get(key as KeyOf<Data>),
    has: (_, key) => session.has(key as KeyOf<Data>),
    set,
    deleteProperty: (_, key) => set(_, key, undefined),
    defineProperty: (_, key, property) => "value" in property && set(_, key, property.value),
    ownKeys: () => Reflect.ownKeys(copy().values()),
    getOwnPropertyDescriptor: (_, key) => {
      // Asked for by name first, so that what is mutated in it is saved.
      copy().get(key as string);
      return Reflect.getOwnPropertyDescriptor(copy().values(), key);
    },
  });
}
