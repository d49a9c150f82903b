import { expect, test } from "vitest";
import { checkOptions } from "./options.ts";

const fine = { name: "shop", backend: "local" } as const;

test("no ttl is no limit", () => {
  const endless = { idle: Number.POSITIVE_INFINITY, absolute: Number.POSITIVE_INFINITY };
  expect(checkOptions(fine)).toEqual(endless);
  expect(checkOptions({ ...fine, ttl: { idle: "1m" } })).toEqual({ ...endless, idle: 60_000 });
});

test.each([
  ["name", { name: "" }],
  ["name", { name: "a:b" }],
  ["name", { name: undefined }],
  ["backend", { backend: "cookies" }],
  ["backend", { backend: undefined }],
  ["version", { version: 0 }],
  ["version", { version: 1.5 }],
  ["version", { version: "2" }],
  ["ttl.idle", { ttl: { idle: 30 } }],
  ["ttl.absolute", { ttl: { absolute: "soon" } }],
])("%s of %j is refused", (option, wrong) => {
  expect(() => checkOptions({ ...fine, ...wrong } as never)).toThrow(
    expect.objectContaining({ code: "config", option, message: expect.stringContaining(option) }),
  );
});
