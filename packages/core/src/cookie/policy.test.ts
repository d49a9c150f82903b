import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { failureOf } from "../testing/failure.ts";
import { type CookieOptions, cookiePolicy, type LooseCookieOptions } from "./policy.ts";

/** For options that only a program without types, or an environment, can bring. */
const policyOf = (options: unknown) => cookiePolicy(options as LooseCookieOptions);

const named = <T>(rows: readonly T[]) => rows.map((row) => ({ row, text: inspect(row) }));

describe("cookiePolicy", () => {
  test("needs nothing: __Host-id, Secure, HttpOnly, SameSite=Lax, Path=/, gone with the browser", () => {
    expect(cookiePolicy()).toEqual({
      name: "__Host-id",
      domain: undefined,
      path: "/",
      secure: true,
      httpOnly: true,
      sameSite: "lax",
      partitioned: false,
      persistent: false,
      attributes: "; Path=/; HttpOnly; Secure; SameSite=Lax",
    });
  });

  test("gives a policy that nobody can change, and takes it back as it is", () => {
    const policy = cookiePolicy({ name: "sid" });
    expect(Object.isFrozen(policy)).toBe(true);
    expect(cookiePolicy(policy)).toBe(policy);
  });

  test("G16 an object that merely looks checked is not taken at its word", () => {
    const forged = { ...cookiePolicy({ name: "sid", secure: false }), name: "__Host-id" };
    expect(failureOf(SessionConfigError, () => policyOf(forged)).option).toBe("cookie.attributes");
    const injected = { name: "sid", attributes: "; Domain=evil.example" };
    expect(failureOf(SessionConfigError, () => policyOf(injected)).option).toBe(
      "cookie.attributes",
    );
  });

  test.each(named([null, "sid", 5, true, () => {}, []]))(
    "refuses $text in place of options",
    ({ row }) => {
      const error = failureOf(SessionConfigError, () => policyOf(row));
      expect(error.option).toBe("cookie");
      expect(error.message).toMatch(/^cookie must be an object/);
    },
  );

  test.each(["sameSit", "maxAge", "expires", "Path", "__proto__x", "signed"])(
    "refuses the unknown option %s and lists the known ones",
    (name) => {
      const error = failureOf(SessionConfigError, () => policyOf({ [name]: true }));
      expect(error.option).toBe(`cookie.${name}`);
      expect(error.message).toContain("name, domain, path, secure, httpOnly, sameSite");
    },
  );
});

describe("G16 an illegal policy does not construct", () => {
  const illegal: readonly (readonly [LooseCookieOptions, string])[] = [
    [{ domain: "example.com" }, "domain"],
    [{ name: "__Host-id", domain: "example.com" }, "domain"],
    [{ name: "__Host-id", path: "/app" }, "path"],
    [{ name: "__Host-id", secure: false }, "secure"],
    [{ name: "__HOST-id", domain: "example.com" }, "domain"],
    [{ name: "__host-id", path: "/app" }, "path"],
    [{ name: "__hOsT-id", secure: false }, "secure"],
    [{ name: "__Secure-id", secure: false }, "secure"],
    [{ name: "__SeCuRe-id", secure: false }, "secure"],
    [{ name: "__Http-id", secure: false }, "secure"],
    [{ name: "__Http-id", httpOnly: false }, "httpOnly"],
    [{ name: "__http-id", httpOnly: false }, "httpOnly"],
    [{ name: "__Host-Http-id", httpOnly: false }, "httpOnly"],
    [{ name: "__Host-Http-id", secure: false }, "secure"],
    [{ name: "__Host-Http-id", domain: "example.com" }, "domain"],
    [{ name: "__Host-Http-id", path: "/app" }, "path"],
    [{ name: "__HOST-HTTP-id", httpOnly: false }, "httpOnly"],
    [{ name: "sid", secure: false, sameSite: "none" }, "sameSite"],
    [{ name: "sid", secure: false, partitioned: true }, "partitioned"],
  ];
  test.each(named(illegal))("$text", ({ row: [options, option] }) => {
    const error = failureOf(SessionConfigError, () => cookiePolicy(options));
    expect(error.option).toBe(`cookie.${option}`);
    expect(error.message).toMatch(new RegExp(`^cookie\\.${option} .{10,}`));
  });

  test("ASVS 3.3.1, 3.3.2, 3.3.3: not one that browsers would take for less than its name says", () => {
    for (const options of [
      { domain: "example.com" },
      { name: "__Host-id", secure: false },
      { name: "__Secure-id", secure: false },
      { name: "sid", secure: false, sameSite: "none" },
    ]) {
      failureOf(SessionConfigError, () => policyOf(options));
    }
  });

  const legal: readonly LooseCookieOptions[] = [
    { name: "__Host-id", path: "/" },
    { name: "__Host-id", httpOnly: false },
    { name: "__Host-id", sameSite: "none", partitioned: true },
    { name: "__Host-Http-id" },
    { name: "__Secure-id", domain: "example.com", path: "/app" },
    { name: "__Secure-id", httpOnly: false, sameSite: "strict" },
    { name: "__Http-id", domain: "example.com", path: "/app" },
    { name: "sid", secure: false },
    { name: "sid", secure: false, sameSite: "strict", partitioned: false },
    { name: "sid", sameSite: "none" },
    { name: "sid", partitioned: true },
    { name: "__Hostid", domain: "example.com" },
    { name: "Host-id", secure: false },
    { name: "x__Host-id", domain: "example.com", secure: false },
    { name: "sid", persistent: true },
  ];
  test.each(named(legal))("but $text does", ({ row }) => {
    expect(cookiePolicy(row)).toMatchObject(row);
  });
});

describe("a cookie's name", () => {
  test("may hold exactly the 77 characters of an RFC 9110 token, of all 256 bytes", () => {
    const allowed = [...Array(256).keys()].filter((byte) => {
      try {
        return cookiePolicy({ name: `a${String.fromCharCode(byte)}b` }) !== undefined;
      } catch (error) {
        expect(error).toMatchObject({ option: "cookie.name" });
        return false;
      }
    });
    const expected =
      "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~";
    expect(String.fromCharCode(...allowed)).toBe(expected);
  });

  test.each(named(["", "a b", "a=b", "a;b", "ñ", "a\n", 5, {}]))("refuses $text", ({ row }) => {
    expect(failureOf(SessionConfigError, () => policyOf({ name: row })).option).toBe("cookie.name");
  });

  test("ASVS 3.3.5, G16 leaves room for a token: 4096 bytes name and value together", () => {
    expect(cookiePolicy({ name: "n".repeat(4_096 - 66) }).name).toHaveLength(4_030);
    const error = failureOf(SessionConfigError, () => cookiePolicy({ name: "n".repeat(4_031) }));
    expect(error.option).toBe("cookie.name");
    expect(error.message).toMatch(/4031.*4096/);
  });
});

describe("a cookie's domain", () => {
  const of = (domain: unknown) => policyOf({ name: "sid", domain });

  test.each([
    "example.com",
    "a.b.c.example.com",
    "localhost",
    "EXAMPLE.com",
    "xn--bcher-kva.example",
    "a-b.example",
    "1.example",
    `${"a".repeat(63)}.example`,
  ])("may be %s", (domain) => {
    expect(of(domain).attributes).toContain(`; Domain=${domain};`);
  });

  const refused = [
    "",
    ".example.com",
    "example.com.",
    "example..com",
    "-example.com",
    "a.-b.example",
    "example-.com",
    "exam ple.com",
    "bücher.example",
    "example.com:443",
    "https://example.com",
    "example.com;Path=/",
    "example.com\r\nSet-Cookie: a=b",
    "example.com\n",
    "*.example.com",
    "exa_mple.com",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(127)}com`,
    5,
    null,
    ["example.com"],
  ];
  test.each(named(refused))("may not be $text", ({ row }) => {
    expect(failureOf(SessionConfigError, () => of(row)).option).toBe("cookie.domain");
  });
});

describe("a cookie's path", () => {
  const of = (path: unknown) => policyOf({ name: "sid", path });

  test.each(["/", "/app", "/a/b c", "/%20", '/a,b="c"', "/~:="])("may be %s", (path) => {
    expect(of(path).path).toBe(path);
  });

  const refused = [
    "",
    "app",
    "./",
    "/a;b",
    "/a\n",
    "/a\r\nb",
    "/\u0000",
    "/\u007f",
    "/é",
    " /a",
    5,
    {},
  ];
  test.each(named(refused))("may not be $text", ({ row }) => {
    expect(failureOf(SessionConfigError, () => of(row)).option).toBe("cookie.path");
  });

  test("G14 may have 1024 bytes, which browsers keep, and not 1025, which they ignore", () => {
    expect(of(`/${"a".repeat(1_023)}`).path).toHaveLength(1_024);
    const error = failureOf(SessionConfigError, () => of(`/${"a".repeat(1_024)}`));
    expect(error.option).toBe("cookie.path");
    expect(error.message).toMatch(/1025.*1024/);
  });
});

describe("a cookie's flags", () => {
  test.each(["secure", "httpOnly", "partitioned", "persistent"])(
    "%s must be true or false",
    (flag) => {
      for (const value of [0, 1, "true", "false", null, {}]) {
        const error = failureOf(SessionConfigError, () => policyOf({ [flag]: value }));
        expect([error.option, error.message]).toEqual([
          `cookie.${flag}`,
          `cookie.${flag} must be true or false`,
        ]);
      }
    },
  );

  test.each(named(["Lax", "NONE", "", true, false, 1]))("sameSite may not be $text", ({ row }) => {
    const error = failureOf(SessionConfigError, () => policyOf({ sameSite: row }));
    expect(error.option).toBe("cookie.sameSite");
    expect(error.message).toContain('"lax" or "strict" or "none"');
  });

  const attributes: readonly (readonly [CookieOptions, string])[] = [
    [{}, "; Path=/; HttpOnly; Secure; SameSite=Lax"],
    [{ httpOnly: false, sameSite: "strict" }, "; Path=/; Secure; SameSite=Strict"],
    [
      { sameSite: "none", partitioned: true },
      "; Path=/; HttpOnly; Secure; Partitioned; SameSite=None",
    ],
    [{ name: "sid", secure: false }, "; Path=/; HttpOnly; SameSite=Lax"],
    [
      { name: "__Secure-id", domain: "example.com", path: "/app" },
      "; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Lax",
    ],
  ];
  test.each(named(attributes))("$text", ({ row: [options, expected] }) => {
    expect(cookiePolicy(options).attributes).toBe(expected);
  });
});
