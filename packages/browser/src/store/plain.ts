import { ClientStoreError } from "../errors.ts";

/** The value as JSON. What JSON would change or drop is refused with its path, whatever the backend. */
export function plainText(value: unknown, key: string): string {
  check(value, key, []);
  return JSON.stringify(value);
}

function check(value: unknown, path: string, parents: readonly unknown[]): void {
  const flaw = flawOf(value, parents);
  if (flaw) {
    const message = `${path} is ${flaw}: JSON does not keep that`;
    throw new ClientStoreError("unserialisable", message, { path });
  }
  if (typeof value !== "object") return;
  const isArray = Array.isArray(value);
  // An array by index: a hole counts as the undefined that JSON turns into null.
  for (const name of isArray ? value.keys() : Object.keys(value ?? {})) {
    const item = value?.[name as never];
    // A property that is undefined reads the same once it is gone.
    if (isArray || item !== undefined) {
      check(item, isArray ? `${path}[${name}]` : `${path}.${name}`, [...parents, value]);
    }
  }
}

/** What is wrong with the value itself. */
function flawOf(value: unknown, parents: readonly unknown[]): unknown {
  if (typeof value === "number") return !Number.isFinite(value) && `${value}`;
  if (typeof value !== "object") return !/^(string|boolean)$/.test(typeof value) && typeof value;
  if (value === null) return false;
  if (parents.includes(value)) return "its own parent";
  const prototype = Object.getPrototypeOf(value);
  if (prototype && prototype !== (Array.isArray(value) ? Array : Object).prototype) {
    return `a ${value.constructor?.name}`;
  }
  return ("toJSON" in value || Object.getOwnPropertySymbols(value)[0]) && "more than it shows";
}
