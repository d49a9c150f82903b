import type { StandardSchema } from "../../session/schema.ts";

/** Lets any JSON value through. */
export const jsonSchema: StandardSchema<unknown> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
};
