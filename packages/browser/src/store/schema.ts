import type { Schemas } from "./options.ts";

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

/** What the key's schema makes of the value; without one, the value. */
export async function validate(
  schemas: Schemas<object> | undefined,
  key: string,
  value: unknown,
): Promise<StandardResult<unknown>> {
  // Only its own properties: a key like `constructor` finds no schema by inheritance.
  const schema = (
    schemas && !("~standard" in schemas)
      ? Object.hasOwn(schemas, key) && schemas[key as never]
      : schemas
  ) as StandardSchema | false | undefined;
  return schema ? schema["~standard"].validate(value) : { value };
}
