import { expect, test } from "vitest";
import { errorType } from "./error-type.ts";

const SECRET = "A".repeat(43);

test.each([
  [Object.assign(new Error(SECRET), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [new TypeError(SECRET), "TypeError"],
  [{ code: 57_014, name: "DatabaseError" }, "DatabaseError"],
  // What is as long as a secret may be one, and each would be a time series of its own.
  [{ code: SECRET, name: "Error" }, "Error"],
  [{ code: SECRET, name: SECRET }, "_OTHER"],
  [{ code: "a b", name: "a\nb" }, "_OTHER"],
  [SECRET, "_OTHER"],
  [undefined, "_OTHER"],
  [null, "_OTHER"],
])("%j is told as %s", (error, type) => {
  expect(errorType(error)).toBe(type);
});
