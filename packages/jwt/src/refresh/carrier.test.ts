import { expect, test } from "vitest";
import { cookieCarrier } from "./carrier.ts";

const carrier = cookieCarrier("__Host-id");
const TOKEN = "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

test("a token goes in as it came out", () => {
  const request = carrier.present(TOKEN);
  expect(request).toEqual({ headers: { cookie: `__Host-id=${TOKEN}` } });
  const line = `__Host-id=${TOKEN}; Path=/; Secure`;
  expect(
    carrier.found([
      ["set-cookie", line],
      ["vary", "Cookie"],
    ]),
  ).toBe(TOKEN);
});

test("a cookie that is removed, and none at all", () => {
  expect(carrier.found([["set-cookie", "__Host-id=; Max-Age=0; Path=/"]])).toBe("gone");
  expect(carrier.found([["vary", "Cookie"]])).toBeUndefined();
  expect(carrier.found([])).toBeUndefined();
});

test("G3 what is no token gets into no header", () => {
  for (const text of [
    "",
    "x",
    `${TOKEN};`,
    `${TOKEN} `,
    `${TOKEN}\r\nx: y`,
    `${TOKEN}.x`,
    7,
    null,
  ]) {
    expect(carrier.present(text)).toBeUndefined();
  }
});

test("another cookie, or a session that lives in its token, is a mistake that is told", () => {
  const found = (line: string) => () => carrier.found([["set-cookie", line]]);
  expect(found(`id=${TOKEN}; Path=/`)).toThrow("cookieName must be the cookie.name of sessions");
  expect(found("__Host-id=AAAA.BBBB.CCCC; Path=/")).toThrow(
    "sessions must keep its sessions in a store",
  );
  expect(found("__Host-id=AAAA; Path=/")).toThrow("sessions must keep its sessions in a store");
});
