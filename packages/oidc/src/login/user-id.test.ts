import { expect, test } from "vitest";
import { userIdOf } from "./user-id.ts";

const issuer = "https://id.example.com";

test("issuer and subject, as long as a store takes them", () => {
  const subject = "s".repeat(255 - issuer.length - 1);
  expect(userIdOf({ issuer, subject })).toBe(`${issuer}|${subject}`);
  const longer = userIdOf({ issuer, subject: `${subject}s` });
  expect(longer).toMatch(/^[\w-]{43}$/);
  expect(userIdOf({ issuer, subject: `${subject}t` })).not.toBe(longer);
});

test("ASVS 6.8.1, the same subject at another provider is another user", () => {
  for (const subject of ["ann", "s".repeat(255)]) {
    expect(userIdOf({ issuer: "https://other.example.com", subject })).not.toBe(
      userIdOf({ issuer, subject }),
    );
  }
});
