import { parseSetCookie } from "cookie";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CookieDeliveryError } from "../errors.ts";
import { failureOf } from "../testing/failure.ts";
import { cookiePolicy } from "./policy.ts";
import { clearCookie, setCookie } from "./write.ts";

const host = cookiePolicy();
const shared = cookiePolicy({ name: "__Secure-id", domain: "example.com", path: "/app" });

describe("setCookie", () => {
  test("writes the line as RFC 6265bis section 4.1 has it", () => {
    expect(setCookie(host, "abc")).toBe("__Host-id=abc; Path=/; HttpOnly; Secure; SameSite=Lax");
    expect(setCookie(host, "abc", 3_600)).toBe(
      "__Host-id=abc; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(setCookie(shared, "abc")).toBe(
      "__Secure-id=abc; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Lax",
    );
  });

  test.each([
    [3_600.999, 3_600],
    [0.2, 0],
    [0, 0],
    [-5, 0],
  ])("a lifetime of %d seconds is Max-Age=%d: whole, and never below zero", (seconds, maxAge) => {
    expect(setCookie(host, "abc", seconds)).toContain(`; Max-Age=${maxAge};`);
  });

  test("ASVS 3.3.5, G14 4096 bytes of name and value pass, 4097 do not, and the error has both numbers", () => {
    const room = 4_096 - host.name.length;
    expect(setCookie(host, "v".repeat(room))).toContain("v".repeat(room));
    const error = failureOf(CookieDeliveryError, () => setCookie(host, "v".repeat(room + 1)));
    expect(error.message).toMatch(/__Host-id has 4097 bytes.* 4096/);
    expect(error.message).not.toContain("vvv");
  });
});

describe("clearCookie", () => {
  test("G13 repeats the attributes that the cookie was set with, and only its value and lifetime differ", () => {
    expect(clearCookie(shared)).toBe(
      "__Secure-id=; Max-Age=0; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Lax",
    );
  });
});

describe("both lines", () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const path = fc.stringMatching(/^\/[!-:=-~]{0,20}$/);
  const policy = fc
    .record({
      name: fc.stringMatching(/^[a-z][!#$%&'*+.^_`|~0-9A-Za-z-]{0,20}$/),
      domain: fc.option(domain, { nil: undefined }),
      path,
      secure: fc.boolean(),
      httpOnly: fc.boolean(),
      sameSite: fc.constantFrom("lax" as const, "strict" as const, "none" as const),
      partitioned: fc.boolean(),
    })
    .filter((it) => it.secure || (it.sameSite !== "none" && !it.partitioned))
    .map(({ domain: host, ...rest }) =>
      cookiePolicy(host === undefined ? rest : { ...rest, domain: host }),
    );
  const value = fc.stringMatching(/^[A-Za-z0-9_.-]{0,80}$/);

  test("say to a parser what the policy says, each attribute once", () => {
    fc.assert(
      fc.property(policy, value, fc.option(fc.nat(), { nil: undefined }), (it, text, maxAge) => {
        const line = setCookie(it, text, maxAge);
        const expected = {
          name: it.name,
          value: text,
          path: it.path,
          sameSite: it.sameSite,
          ...(it.domain !== undefined && { domain: it.domain }),
          ...(it.secure && { secure: true }),
          ...(it.httpOnly && { httpOnly: true }),
          ...(it.partitioned && { partitioned: true }),
          ...(maxAge !== undefined && { maxAge }),
        };
        expect({ ...parseSetCookie(line) }).toEqual(expected);
        const names = line
          .split("; ")
          .slice(1)
          .map((part) => part.split("=")[0]);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  test("G13 differ in nothing but value and Max-Age", () => {
    fc.assert(
      fc.property(policy, value, (it, text) => {
        const set = { ...parseSetCookie(setCookie(it, text)) };
        const clear = { ...parseSetCookie(clearCookie(it)) };
        expect(clear).toEqual({ ...set, value: "", maxAge: 0 });
      }),
    );
  });
});
