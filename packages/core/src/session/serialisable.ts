import { UnserialisableError } from "../errors.ts";

/**
 * Refuses what JSON would change or drop: the path of the first such value is in the error.
 * A property whose value is `undefined` is fine, since it reads the same once it is gone.
 */
export function assertSerialisable(value: unknown, path: string, parents?: Set<object>): void {
  switch (typeof value) {
    case "object":
      if (value !== null) checkObject(value, path, parents);
      break;
    case "number":
      if (!Number.isFinite(value)) refuse(path, `${value}`);
      break;
    case "bigint":
    case "function":
    case "symbol":
      refuse(path, `a ${typeof value}`);
  }
}

// A set: a client decides how deep the value of its cookie goes, and each level would search all those above.
function checkObject(value: object, path: string, parents = new Set<object>()): void {
  if (parents.has(value)) refuse(path, "one of its own parents", "store a tree");
  const isArray = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== (isArray ? Array.prototype : Object.prototype) && (isArray || prototype)) {
    refuse(path, `an instance of ${value.constructor?.name || "a class"}`, remedyFor(value));
  }
  if (isArray ? hasNames(value) : hasTricks(value)) {
    const what = isArray ? "an array with named keys" : "an object with symbol keys or a toJSON";
    refuse(path, what, "store a copy without them");
  }
  parents.add(value);
  // An array by index, so that a hole counts as the undefined that JSON turns into null.
  for (const key of isArray ? value.keys() : Object.keys(value)) {
    const item = (value as Record<PropertyKey, unknown>)[key];
    const at = isArray ? `${path}[${key}]` : `${path}.${key}`;
    if (isArray && item === undefined) refuse(at, "undefined in an array");
    assertSerialisable(item, at, parents);
  }
  parents.delete(value);
}

/** As the arrays that String.match returns; a key for each item and `length` are always there. */
function hasNames(array: unknown[]): boolean {
  return Reflect.ownKeys(array).length > array.length + 1;
}

function hasTricks(object: { toJSON?: unknown }): boolean {
  return typeof object.toJSON === "function" || Object.getOwnPropertySymbols(object).length > 0;
}

function refuse(path: string, what: string, remedy = "store null or a string instead"): never {
  throw new UnserialisableError(path, what, remedy);
}

function remedyFor(value: object): string {
  if (value instanceof Date) return "store its toISOString()";
  if (value instanceof Map) return "store Object.fromEntries(map)";
  if (value instanceof Set) return "store [...set]";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return "store it as base64";
  return "store a plain object or array";
}
