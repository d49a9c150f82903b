import { fail } from "../config.ts";
import { InvalidDataError } from "../errors.ts";
import { isPromise } from "../promise.ts";
import type { StandardResult } from "../session/schema.ts";
import { assertSerialisable } from "../session/serialisable.ts";
import type { CookieDefinition } from "./definition.ts";

/** What the schema makes of a value that the application sets. Throws an `InvalidDataError` or an `UnserialisableError`. */
export function checkedValue(definition: CookieDefinition, value: unknown): unknown {
  const result = validate(definition, value);
  if (!result.issues) return ownValue(definition, result.value);
  const issues = result.issues.map(({ message, path }) => {
    const keys = path?.map((part) => String(typeof part === "object" ? part.key : part));
    return keys?.length ? { message, path: keys.join(".") } : { message };
  });
  throw new InvalidDataError("written", issues, `value of cookie ${definition.name}`);
}

/** The same of a value that a client sent: `undefined` if it is not good. */
export function acceptedValue(definition: CookieDefinition, value: unknown): unknown {
  try {
    const result = validate(definition, value);
    return result.issues ? undefined : ownValue(definition, result.value);
  } catch {
    // A schema that throws does not know such a value; zod then turns to promises. One that is always asynchronous is found at `set`.
    return undefined;
  }
}

function validate({ name, schema }: CookieDefinition, value: unknown): StandardResult<unknown> {
  if (schema === undefined) {
    if (typeof value === "string") return { value };
    return { issues: [{ message: "must be a string, or the cookie needs a schema" }] };
  }
  const result = schema["~standard"].validate(value);
  if (!isPromise(result)) return result;
  result.catch(() => {});
  return fail(`${name}.schema`, "must answer at once: leave asynchronous checks to the handler");
}

/**
 * The output as data of our own, as it comes back from the browser. Frozen, so that a change that nobody would send fails where it is
 * made. A schema may hand out one object for everybody.
 */
function ownValue({ name }: CookieDefinition, output: unknown): unknown {
  if (output === undefined) refuse(name, "is undefined: delete the cookie instead");
  assertSerialisable(output, name);
  return freeze(JSON.parse(JSON.stringify(output)), name);
}

function freeze(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  // Whoever copies the value by assignment, as Object.assign does, would get a prototype of the client's making.
  if (Object.hasOwn(value, "__proto__")) {
    refuse(name, "has a key __proto__: choose another");
  }
  for (const item of Object.values(value)) freeze(item, name);
  return Object.freeze(value);
}

function refuse(name: string, message: string): never {
  throw new InvalidDataError("written", [{ message }], `value of cookie ${name}`);
}
