import type { IncomingMessage, ServerResponse } from "node:http";
import { CookieDeliveryError, cookiePolicy, createSessions } from "@coatcheck/core";
import { applyHeaders } from "@coatcheck/core/node";
import { expect, test } from "vitest";
import { setCookie } from "../../packages/core/src/cookie/write.ts";
import { describeChromium } from "./describe-chromium.ts";
import { kept } from "./kept.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();
const sessions = createSessions<{ visits: number }>();

/** What every login of ours would set, had nobody looked at the connection. */
const unasked = pages.setting([setCookie(cookiePolicy(), "v")]);

async function startSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const session = await sessions.open(request);
    session.set("visits", 1);
    applyHeaders(response, await sessions.commit(session));
    response.end("welcome");
  } catch (error) {
    response.end(error instanceof CookieDeliveryError ? "refused" : String(error));
  }
}

const LOOPBACK = ["localhost", "LocalHost", "a.b.localhost", "127.0.0.1", "127.1.2.3", "[::1]"];

const ELSEWHERE = [
  "shop.example",
  "localhost.example",
  "127.0.0.1.example",
  "10.0.0.1",
  "192.168.1.2",
  "0.0.0.0",
  "[::ffff:127.0.0.1]",
];

describeChromium(
  "G14 a Secure cookie in Chromium",
  (request, response) => {
    if (request.url === "/session") startSession(request, response);
    else pages.listener(request, response);
  },
  (world) => {
    const start = async (scheme: "http" | "https", host: string) => {
      const visitor = await world().regular();
      const response = await visitor.visit(world().servers.url(scheme, host, "/session"));
      return { text: await response.text(), cookies: await visitor.cookies() };
    };

    test.each(LOOPBACK)("is kept over plain HTTP from %s, and we send it", async (host) => {
      const { text, cookies } = await start("http", host);
      expect(text).toBe("welcome");
      expect(cookies).toMatchObject([{ name: "__Host-id", secure: true, httpOnly: true }]);
    });

    test.each(ELSEWHERE)("is dropped over plain HTTP from %s, and we refuse", async (host) => {
      expect(await start("http", host)).toEqual({ text: "refused", cookies: [] });
      expect(await kept(world(), { scheme: "http", host }, unasked)).toEqual([]);
    });

    test.each([...LOOPBACK, ...ELSEWHERE])("is kept over HTTPS from %s", async (host) => {
      const { text, cookies } = await start("https", host);
      expect([text, cookies.length]).toEqual(["welcome", 1]);
    });

    test("would be kept from localhost. with its dot, which nobody types: there we refuse", async () => {
      expect(await start("http", "localhost.")).toEqual({ text: "refused", cookies: [] });
      expect(await kept(world(), { scheme: "http", host: "localhost." }, unasked)).toHaveLength(1);
    });
  },
);
