import type { KeyOf, Session } from "./session.ts";
import { unitOf } from "./session.ts";

/**
 * `session.data`: an object whose properties are the session's keys. Only the top level is a proxy; the values are what `get` hands out,
 * so both see one and the same.
 */
export function dataView<Data extends object>(session: Session<Data>): Data {
  return new Proxy({} as Data, {
    get: (_, key) => (isKey<Data>(key) ? session.get(key) : undefined),
    set: (_, key, value) => isKey<Data>(key) && setKey(session, key, value),
    has: (_, key) => isKey<Data>(key) && session.has(key),
    deleteProperty: (_, key) => isKey<Data>(key) && deleteKey(session, key),
    ownKeys: () => unitOf(session).copy.keys(),
    getOwnPropertyDescriptor: (_, key) => {
      if (!isKey<Data>(key) || !unitOf(session).copy.has(key)) return undefined;
      const value = unitOf(session).copy.get(key);
      return { value, writable: true, enumerable: true, configurable: true };
    },
    defineProperty: (_, key, property) =>
      isKey<Data>(key) && "value" in property && setKey(session, key, property.value),
  });
}

function setKey<Data extends object>(
  session: Session<Data>,
  key: KeyOf<Data>,
  value: unknown,
): true {
  session.set(key, value as Data[KeyOf<Data>]);
  return true;
}

function deleteKey<Data extends object>(session: Session<Data>, key: KeyOf<Data>): true {
  session.delete(key);
  return true;
}

function isKey<Data>(key: PropertyKey): key is KeyOf<Data> {
  return typeof key === "string";
}
