import { format } from "node:util";
import { describe, expect, test } from "vitest";
import type { Exchange } from "../browser/web.ts";
import { leaksIn } from "./leaks.ts";
import { DESK, SHOP } from "./sites.ts";

const ISSUER = "http://localhost:4000";
const ACCESS = "opaque-access-token-0123456789";
const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4iLCJub25jZSI6IngifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4";
const SESSION = "c2Vzc2lvbi1zZWNyZXQtb2YtMzItYnl0ZXM";

function answer(given: Partial<Exchange>, origin = SHOP.origin): Exchange {
  return {
    url: new URL("/me", origin),
    method: "GET",
    status: 200,
    headers: {},
    body: "",
    ...given,
  };
}

const login = answer({ headers: { "set-cookie": [`__Host-id=abc.${SESSION}; Secure; Path=/`] } });
const look = (exchanges: readonly Exchange[], text = "") =>
  leaksIn([login, ...exchanges], [{ where: "log", text }], {
    issuers: [ISSUER],
    secrets: [ACCESS, JWT],
    sites: [SHOP, DESK],
  });

describe("the grep of every end-to-end run", () => {
  test("finds nothing where nothing is told", () => {
    expect(look([answer({ body: '{"userId":"ann"}' })], "nothing of note")).toEqual([]);
  });

  test.each([
    ["an access token in a body", [answer({ body: `{"token":"${ACCESS}"}` })]],
    ["a JWT's claims in a body", [answer({ body: JWT.split(".")[1] ?? "" })]],
    ["a client's secret in a header", [answer({ headers: { "x-debug": DESK.secret } })]],
    ["a session's token in a body", [answer({ body: SESSION })]],
    ["a session's token in a redirect", [answer({ headers: { location: `/?id=${SESSION}` } })]],
    ["an ID token sent elsewhere", [answer({ headers: { location: `/?id_token_hint=${JWT}` } })]],
    ["a token in a cookie", [answer({ headers: { "set-cookie": [`a=${ACCESS}; Secure`] } })]],
    [
      "a token in a cookie, in base64",
      [
        answer({
          headers: {
            "set-cookie": [`a=${Buffer.from(`{"t":"${ACCESS}"}`).toString("base64url")}`],
          },
        }),
      ],
    ],
  ])("finds %s", (_, exchanges) => {
    expect(look(exchanges)).not.toEqual([]);
  });

  test.each([
    ["an error's cause", format(new Error("refused", { cause: { body: { refresh: ACCESS } } }))],
    ["a session's token", `commit of ${SESSION} failed`],
    ["part of a JWT", `signature ${JWT.split(".")[2]} is wrong`],
  ])("finds %s in a log", (_, text) => {
    expect(look([], text)).not.toEqual([]);
  });

  test("lets the ID token go back to its provider at a logout, and looks at no answer of the provider's", () => {
    const location = `${ISSUER}/session/end?id_token_hint=${JWT}&state=s`;
    expect(look([answer({ status: 303, headers: { location } })])).toEqual([]);
    expect(look([answer({ body: ACCESS }, ISSUER)])).toEqual([]);
  });
});
