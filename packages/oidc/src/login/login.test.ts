import { expect, test } from "vitest";
import { Browser, cookiesIn, headerIn, loginBench } from "../testing/login-bench.ts";

test("a login ends in a session of the provider's user", async () => {
  const bench = await loginBench();
  const browser = new Browser();
  const answer = await bench.login(browser, "/auth/login?returnTo=%2Fcart");
  expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/cart"]);
  const session = await bench.session(browser);
  expect(session.userId).toBe("https://id.example.com|ann");
  expect(await bench.oidc.identity(session)).toEqual({
    issuer: "https://id.example.com",
    subject: "ann",
    sid: "s1",
  });
  expect(await bench.oidc.accessToken(session)).toBe("secret-access-1");
  expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
  expect(cookiesIn(answer).length).toBe(2);
});
