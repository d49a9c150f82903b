import { UnserialisableError } from "../errors.ts";

/**
 * Refuses what JSON would change or drop: the path of the first such value is in the error.
 * A property whose value is `undefined` is fine, since it reads the same once it is gone.
 */
export function assertSerialisable(value: unknown, path: string): void {
  check(value, path, []);
}

function check(value: unknown, path: string, parents: object[]): void {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return;
    case "number":
      if (Number.isFinite(value)) return;
      throw new UnserialisableError(path, String(value), "store null or a string instead");
    case "bigint":
      throw new UnserialisableError(path, "a BigInt", "store it as a string");
    case "function":
    case "symbol":
      throw new UnserialisableError(path, `a ${typeof value}`, "store plain data");
    case "object":
      if (value !== null) checkObject(value, path, parents);
  }
}

function checkObject(value: object, path: string, parents: object[]): void {
  if (parents.includes(value)) {
    throw new UnserialisableError(path, "a reference to one of its own parents", "store a tree");
  }
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype) {
      throw new UnserialisableError(path, article(value), "store a plain array");
    }
    parents.push(value);
    // By index, so that a hole counts as the undefined that JSON turns into null.
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const at = `${path}[${index}]`;
      if (item === undefined) {
        throw new UnserialisableError(at, "undefined in an array", "use null or leave it out");
      }
      check(item, at, parents);
    }
    parents.pop();
    // As those that String.match returns; a key for each item is there already.
    if (Reflect.ownKeys(value).length > value.length + 1) {
      throw new UnserialisableError(path, "an array with named properties", "store [...array]");
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new UnserialisableError(path, article(value), remedyFor(value));
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
    throw new UnserialisableError(path, "an object with its own toJSON", "store plain data");
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new UnserialisableError(path, "an object with symbol keys", "use string keys");
  }
  parents.push(value);
  for (const key of Object.keys(value)) {
    check((value as Record<string, unknown>)[key], `${path}.${key}`, parents);
  }
  parents.pop();
}

function article(value: object): string {
  const name = value.constructor?.name || "object of a class";
  return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
}

function remedyFor(value: object): string {
  if (value instanceof Date) return "store its toISOString() or getTime()";
  if (value instanceof Map) return "store Object.fromEntries(map) or [...map]";
  if (value instanceof Set) return "store [...set]";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return "store it as base64";
  return "store a plain object";
}
