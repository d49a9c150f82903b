import { ClientStoreError } from "../errors.ts";

/** The value as JSON. What JSON would change or drop is refused with its path, whatever the backend. */
export function plainText(value: unknown, key: string): string {
  check(value, key, []);
  return JSON.stringify(value);
}

function check(value: unknown, path: string, parents: readonly unknown[]): void {
  const flaw = flawOf(value, parents);
  if (flaw) {
    throw new ClientStoreError("unserialisable", `${path} is ${flaw}: JSON does not keep that`, {
      path,
    });
  }
  const line = [...parents, value];
  if (Array.isArray(value)) {
    // By index: a hole counts as the undefined that JSON turns into null.
    for (const index of value.keys()) check(value[index], `${path}[${index}]`, line);
  } else if (typeof value === "object") {
    for (const [name, item] of Object.entries(value ?? {})) {
      // A property that is undefined reads the same once it is gone.
      if (item !== undefined) check(item, `${path}.${name}`, line);
    }
  }
}

/** What is wrong with the value itself. */
function flawOf(value: unknown, parents: readonly unknown[]): string | false {
  if (value === null || /^(string|boolean)$/.test(typeof value)) return false;
  if (typeof value !== "object")
    return !Number.isFinite(value) && (typeof value === "number" ? `${value}` : typeof value);
  if (parents.includes(value)) return "its own parent";
  const prototype = Object.getPrototypeOf(value);
  const plain = Array.isArray(value) ? Array.prototype : Object.prototype;
  if (prototype && prototype !== plain) return `a ${value.constructor?.name}`;
  const more = "toJSON" in value || Object.getOwnPropertySymbols(value).length > 0;
  return more && "more than its properties";
}
