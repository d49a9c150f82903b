import { expect, test } from "vitest";
import { bench } from "../testing/bench.ts";
import { csrfField } from "./field.ts";
import { csrfTokenOf } from "./request.ts";
import { verifyCsrf } from "./token.ts";

const headers = {};

test("the field is a hidden input with a good token", async () => {
  const session = await bench().sessions.open({ headers });
  const field = csrfField(session);
  const [, name, value] =
    /^<input type="hidden" name="([^"]*)" value="([^"]*)">$/.exec(field) ?? [];
  expect(name).toBe("_csrf");
  expect(verifyCsrf(session, value)).toBe(true);
});

test("its name cannot break out of the attribute", async () => {
  const session = await bench().sessions.open({ headers });
  const field = csrfField(session, `a"><script>'&`);
  expect(field).toContain(`name="a&quot;&gt;&lt;script&gt;&#39;&amp;" value=`);
});

test("the token is looked for in the header, then in the body", () => {
  expect(csrfTokenOf({ headers: { "x-csrf-token": "a" }, body: { _csrf: "b" } })).toBe("a");
  expect(csrfTokenOf({ headers: new Headers({ "X-CSRF-Token": "a" }) })).toBe("a");
  expect(csrfTokenOf({ headers, body: { _csrf: "b" } })).toBe("b");
  expect(csrfTokenOf({ headers, body: { token: "c" } }, "token")).toBe("c");
});

test("what is no field with a text is none", () => {
  const bodies = [
    undefined,
    null,
    "_csrf=a",
    1,
    {},
    { _csrf: 1 },
    { _csrf: ["a"] },
    { other: "a" },
  ];
  for (const body of bodies) expect(csrfTokenOf({ headers, body })).toBeUndefined();
  expect(csrfTokenOf({ headers, body: Object.create({ _csrf: "a" }) })).toBeUndefined();
  expect(csrfTokenOf({ headers, body: {} }, "constructor")).toBeUndefined();
});

test("a parsed body without a prototype is read, as of querystring", () => {
  const body = Object.assign(Object.create(null), { _csrf: "a" });
  expect(csrfTokenOf({ headers, body })).toBe("a");
});
