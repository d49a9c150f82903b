import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createSessions,
  memoryStore,
  type SessionStore,
  type SessionsOptions,
} from "@coatcheck/core";
import { type Explanation, explainRequests } from "@coatcheck/core/explain";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { expressSession } from "@coatcheck/express";
import express, { type NextFunction, type Request, type Response } from "express";
import { describe, expect, onTestFinished, test } from "vitest";

type Data = { theme?: string; note?: string };

/** A shop, its explanations, and a browser for it. */
async function shop(options: SessionsOptions<Data> = {}) {
  const sessions = createSessions<Data>(options);
  const told: Explanation[] = [];
  const explainer = explainRequests(sessions, (explanation) => told.push(explanation));
  const app = express();
  app.set("env", "test");
  app.use(expressSession(sessions, { report: () => {} }));
  app.all("/nothing", (_, res) => res.send("nothing"));
  app.all("/read", (req, res) => res.send(sessions.of(req).get("theme") ?? "none"));
  app.all("/write", (req, res) => {
    sessions.of(req).set("theme", "dark");
    res.redirect("/read");
  });
  app.all("/login", (req, res) => {
    sessions.of(req).login("ann");
    res.redirect("/read");
  });
  app.all("/logout", (req, res) => {
    sessions.of(req).destroy();
    res.redirect("/read");
  });
  app.all("/rotate", (req, res) => {
    sessions.of(req).rotate();
    res.send("rotated");
  });
  app.all("/stream", (req, res) => {
    res.write("begun");
    sessions.of(req).set("note", "late");
    res.end();
  });
  app.all("/slow-write", async (req, res) => {
    const session = sessions.of(req);
    session.set("theme", "light");
    await browser("/logout");
    res.send("written");
  });
  app.all("/why", (req, res) => {
    sessions.of(req).get("theme");
    res.send(String(explainer.of(req)));
  });
  app.use((error: { status?: number }, req: Request, res: Response, _next: NextFunction) => {
    res.status(error.status ?? 500).send(explainer.of(req)?.response.code);
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  let cookie: string | undefined;
  async function browser(path: string, headers: Record<string, string> = {}, method = "GET") {
    const all = { ...(cookie && { cookie }), ...headers };
    const sent = request({
      port,
      host: "127.0.0.1",
      path,
      method,
      headers: all,
      agent: false,
    }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of response) body += chunk;
    const line = response.headers["set-cookie"]?.[0];
    if (line) cookie = line.includes("Max-Age=0") ? undefined : line.split(";")[0];
    return { status: response.statusCode, line, vary: response.headers.vary, body };
  }
  return { sessions, told, browser };
}

/** `decision: change response`, of the last request. */
function last(told: readonly Explanation[]): string {
  const { decision, response } = told.at(-1) as Explanation;
  return `${decision.code}: ${response.change} ${response.code}`;
}

describe.each([
  ["a store", () => ({})],
  ["the cookie", () => ({ storage: sealed({ keys: generateKey(), revocation: memoryStore() }) })],
])(
  "over HTTP, sessions in %s: what explain mode says is what the response has",
  (where, options) => {
    const written = where === "a store" ? "none current" : "set carried";
    const steps: readonly (readonly [path: string, said: string])[] = [
      ["/nothing", "idle: none no-write"],
      ["/read", "idle: none no-write"],
      ["/logout", "end: none nothing-to-clear"],
      ["/write", "start: set new-session"],
      ["/read", "idle: none current"],
      ["/nothing", "idle: none current"],
      ["/write", `continue: ${written}`],
      ["/login", "continue: set login"],
      ["/rotate", "continue: set rotated"],
      ["/slow-write", "gone: cleared gone"],
    ];

    test("from the first visit to a logout under a slow request", async () => {
      const { told, browser } = await shop(options());
      for (const [path, said] of steps) {
        const { line, vary } = await browser(path);
        expect(last(told), path).toBe(said);
        const { response, caching } = told.at(-1) as Explanation;
        expect(line !== undefined, path).toBe(response.change !== "none");
        expect(response.header, path).toBe(line && "set-cookie");
        expect(vary?.includes("Cookie") ?? false, path).toBe(
          caching.some(({ header }) => header === "vary"),
        );
      }
    });
  },
);

describe("over HTTP, explain mode", () => {
  test("says why a request from another site was refused, also to its error handler", async () => {
    const { told, browser } = await shop();
    await browser("/write");
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const { status, body, line } = await browser("/write", foreign, "POST");
    expect([status, body, line]).toEqual([403, "failed-cross-origin", undefined]);
    expect(last(told)).toBe("refused: none failed-cross-origin");
  });

  test("says why a Secure cookie does not leave", async () => {
    const { told, browser } = await shop();
    const { status, line } = await browser("/write", { host: "shop.example" });
    expect([status, line]).toEqual([500, undefined]);
    expect(last(told)).toBe("failed: none insecure-connection");
  });

  test("says that a failing store leaves the client what it holds", async () => {
    const memory = memoryStore();
    let broken = false;
    const storage: SessionStore = {
      read: async (id) => {
        if (broken) throw new Error("down");
        return memory.read(id);
      },
      create: (record) => memory.create(record),
      update: (record, version) => memory.update(record, version),
      touch: (id, times) => memory.touch(id, times),
      destroy: (id) => memory.destroy(id),
    };
    const { told, browser } = await shop({ storage });
    await browser("/write");
    broken = true;
    const { status, line } = await browser("/read");
    expect([status, line]).toEqual([503, undefined]);
    expect(last(told)).toBe("refused: none kept");
  });

  test("tells a streamed response's later commit where it had something to do", async () => {
    const { told, browser } = await shop();
    await browser("/write");
    await browser("/read");
    told.length = 0;
    await browser("/stream");
    expect(told.map((it) => last([it]))).toEqual(["idle: none current", "continue: none current"]);
  });

  test("is there for a debug page", async () => {
    const { browser } = await shop();
    await browser("/write");
    const { body } = await browser("/why");
    expect(body).toContain("The token by cookie __Host-id is the session's current one.");
    expect(body).toContain("Nothing has been committed yet.");
  });
});
