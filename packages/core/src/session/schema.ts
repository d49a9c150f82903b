import { InvalidDataError } from "../errors.ts";
import { isObject } from "../object.ts";
import { chain, isPromise, type MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type { Values } from "./changes.ts";
import type { Core } from "./core.ts";
import { parseData } from "./record.ts";
import { assertSerialisable } from "./serialisable.ts";

/** The part of Standard Schema 1 (https://standardschema.dev) that is used: zod, valibot and arktype schemas all have it. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/**
 * What to do with stored data of an old shape: begin again with none, fail the request, or make new data of the old
 * (validated in its turn).
 */
export type OnInvalid = "discard" | "fail" | ((old: Values) => unknown);

/** Stored data as a handler may see it: defaults filled in, old shapes migrated or dropped. */
export function loadValues(core: Core, id: SessionId, stored: Values): MaybePromise<Values> {
  const { schema, onInvalid, events } = core;
  if (!schema) return stored;
  // A session without data, as right after a login: it may lack what the schema demands of one that has some.
  if (Object.keys(stored).length === 0) return initialValues(core);
  return chain(validate(schema, stored), (result) => {
    if (!result.issues) return usable(result.value);
    if (onInvalid === "discard") {
      events.emit("data-invalid", { id, outcome: "discarded" });
      return initialValues(core);
    }
    const last = onInvalid === "fail" ? result : validate(schema, onInvalid(stored));
    return chain(last, (it) => {
      events.emit("data-invalid", { id, outcome: it.issues ? "failed" : "migrated" });
      return usable(accepted(it, "stored"));
    });
  });
}

/** Data of a session that has none: the schema's defaults, or nothing where it demands what only the application can know. */
export function initialValues({ schema }: Core): MaybePromise<Values> {
  if (!schema) return {};
  return chain(validate(schema, {}), (result) => (result.issues ? {} : usable(result.value)));
}

/** The same as text, for a session that begins within a request: only a schema that answers at once can fill its defaults in there. */
export function blankText(core: Core): string {
  const values = initialValues(core);
  return isPromise(values) ? "{}" : JSON.stringify(values);
}

/** Refuses data that the next request could not load. */
export function checkValues({ schema }: Core, text: string): MaybePromise<void> {
  if (!schema) return;
  return chain(validate(schema, parseData(text)), (result) => void accepted(result, "written"));
}

function validate(schema: StandardSchema, value: unknown): MaybePromise<StandardResult<unknown>> {
  return schema["~standard"].validate(value);
}

/**
 * The output as data of our own: what the schema hands out as a default may be one object for everybody. An output that
 * JSON would not keep (a Date, say) is refused at once, since it would be lost at the next save.
 */
function usable(output: unknown): Values {
  if (!isObject(output)) {
    throw new InvalidDataError("stored", [{ message: "the schema's output must be an object" }]);
  }
  for (const [key, value] of Object.entries(output)) assertSerialisable(value, key);
  return JSON.parse(JSON.stringify(output)) as Values;
}

function accepted(result: StandardResult<unknown>, when: "stored" | "written"): unknown {
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path }) => {
    const keys = path?.map((part) => String(typeof part === "object" ? part.key : part));
    return keys?.length ? { message, path: keys.join(".") } : { message };
  });
  throw new InvalidDataError(when, issues);
}
