import { describe, expect, test } from "vitest";
import { CookieDeliveryError, CrossOriginError, SessionStoreError } from "../errors.ts";
import { createSessions } from "../session/manager.ts";
import { memoryStore } from "../store/memory.ts";
import { Browser, type Loose, repeatable } from "../testing/bench.ts";
import { rejectionOf } from "../testing/failure.ts";
import { uncaught } from "../testing/uncaught.ts";
import { bearer } from "../transport/bearer.ts";
import { explainRequests } from "./explainer.ts";
import type { Explanation } from "./explanation.ts";
import { codesOf, type Explained, explained, visited } from "./testing/explained.ts";

type Story = (it: Explained) => Promise<unknown>;

const STORIES: readonly (readonly [title: string, codes: string, story: Story])[] = [
  [
    "a visitor for whom nothing is written",
    "none | read | idle | none no-write",
    async (it) => it.browser().visit((session) => session.get("a")),
  ],
  [
    "a request that never looks",
    "none | unused | idle | none no-write",
    async (it) => it.browser().visit(() => {}),
  ],
  [
    "a first write",
    "none | wrote | start | set new-session",
    async (it) => it.browser().visit((session) => session.set("a", 1)),
  ],
  [
    "a first login",
    "none | login | start | set new-session",
    async (it) => it.browser().visit((session) => session.login("ada")),
  ],
  [
    "a read within the touch window",
    "current | read | idle | none current",
    async (it) => (await visited(it)).visit((session) => session.get("a")),
  ],
  [
    "a read after it",
    "current | read | touch | none current",
    async (it) => {
      const browser = await visited(it);
      it.wait(61_000);
      await browser.visit((session) => session.get("a"));
    },
  ],
  [
    "a touch by hand",
    "current | touch | touch | none current",
    async (it) => (await visited(it)).visit((session) => session.touch()),
  ],
  [
    "a write",
    "current | wrote | continue | none current",
    async (it) => (await visited(it)).visit((session) => session.set("b", 2)),
  ],
  [
    "a clearing",
    "current | cleared,wrote | continue | none current",
    async (it) =>
      (await visited(it)).visit((session) => {
        session.clear();
        session.set("b", 2);
      }),
  ],
  [
    "a message for the next request",
    "current | flashed | continue | none current",
    async (it) => (await visited(it)).visit((session) => session.flash("note", "saved")),
  ],
  [
    "the next request",
    "current | flash-read | continue | none current",
    async (it) => {
      const browser = await visited(it);
      await browser.visit((session) => session.flash("note", "saved"));
      await browser.visit((session) => session.get("note"));
    },
  ],
  [
    "a login in a session",
    "current | login | continue | set login",
    async (it) => (await visited(it)).visit((session) => session.login("ada")),
  ],
  [
    "another user's login",
    "current | login,regenerate | start | set new-session",
    async (it) => {
      const browser = await visited(it);
      await browser.visit((session) => session.login("ada"));
      await browser.visit((session) => session.login("eve"));
    },
  ],
  [
    "a logout",
    "current | destroy | end | cleared destroyed",
    async (it) => (await visited(it)).visit((session) => session.destroy()),
  ],
  [
    "a logout of nobody",
    "none | destroy | end | none nothing-to-clear",
    async (it) => it.browser().visit((session) => session.destroy()),
  ],
  [
    "a new session in place of one",
    "current | regenerate | start | set new-session",
    async (it) => (await visited(it)).visit((session) => session.regenerate()),
  ],
  [
    "a rotation",
    "current | rotate | continue | set rotated",
    async (it) => (await visited(it)).visit((session) => session.rotate()),
  ],
  [
    "a rotation that is under way",
    "current | rotate | idle | set resent",
    async (it) => {
      const browser = await visited(it);
      await browser.copy().visit((session) => session.rotate());
      await browser.visit((session) => session.rotate());
    },
  ],
  [
    "a rotation whose response was lost",
    "current | read | idle | set resent",
    async (it) => {
      const browser = await visited(it);
      await browser.copy().visit((session) => session.rotate());
      it.wait(11_000);
      await browser.visit((session) => session.get("a"));
    },
  ],
  [
    "the new token's first use",
    "pending | read | continue | none acknowledged",
    async (it) => {
      const browser = await visited(it);
      await browser.visit((session) => session.rotate());
      await browser.visit((session) => session.get("a"));
    },
  ],
  [
    "the old token within its grace",
    "grace | wrote | continue | none in-flight",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.rotate());
      await browser.visit((session) => session.get("a"));
      await old.visit((session) => session.set("b", 2));
    },
  ],
  [
    "the old token after it",
    "reused | read | idle | none not-cleared",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.rotate());
      await browser.visit((session) => session.get("a"));
      it.wait(11_000);
      await old.visit((session) => session.get("a"));
    },
  ],
  [
    "both of them in one request",
    "leftover,current | read | idle | none current",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.rotate());
      await browser.visit((session) => session.get("a"));
      it.wait(11_000);
      await visit(it, `__Host-id=${old.token}; __Host-id=${browser.token}`);
    },
  ],
  [
    "two good ones of one session",
    "spare,pending | read | continue | none acknowledged",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.rotate());
      await visit(it, `__Host-id=${old.token}; __Host-id=${browser.token}`);
    },
  ],
  [
    "the token of before a login, a moment later",
    "superseded | read | idle | none superseded",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.login("ada"));
      await old.visit((session) => session.get("a"));
    },
  ],
  [
    "the same with a write",
    "superseded | wrote | superseded | none superseded",
    async (it) => {
      const browser = await visited(it);
      const old = browser.copy();
      await browser.visit((session) => session.login("ada"));
      await old.visit((session) => session.set("b", 1));
    },
  ],
  [
    "a login while a write is under way",
    "current | wrote | continue | none superseded",
    async (it) => {
      const browser = await visited(it);
      const slow = browser.copy();
      const session = await slow.open();
      await browser.visit((own) => own.login("ada"));
      session.set("b", 1);
      await slow.commit(session);
    },
  ],
  [
    "a logout while a write is under way",
    "current | wrote | gone | cleared gone",
    async (it) => {
      const browser = await visited(it);
      const slow = browser.copy();
      const session = await slow.open();
      await browser.visit((own) => own.destroy());
      session.set("b", 1);
      await slow.commit(session);
    },
  ],
  [
    "a token that has no form",
    "malformed | read | idle | none not-cleared",
    async (it) => visit(it, "__Host-id=hello"),
  ],
  [
    "a token of an expired session",
    "unknown | read | idle | none not-cleared",
    async (it) => {
      const browser = await visited(it);
      it.wait(1_800_000);
      await browser.visit((session) => session.get("a"));
    },
  ],
  [
    "a made-up secret",
    "mismatched | read | idle | none not-cleared",
    async (it) => {
      const browser = await visited(it);
      await visit(it, `__Host-id=${browser.token?.slice(0, 23)}${"A".repeat(43)}`);
    },
  ],
  [
    "the tokens of two sessions",
    "ambiguous,ambiguous | read | idle | none not-cleared",
    async (it) => {
      const [one, other] = [await visited(it), await visited(it)];
      await visit(it, `__Host-id=${one.token}; __Host-id=${other.token}`);
    },
  ],
  [
    "a request from another site",
    "unjudged |  | refused | none failed-cross-origin",
    async (it) => {
      const { token } = await visited(it);
      const headers = { cookie: `__Host-id=${token}`, origin: "https://evil.example" };
      await rejectionOf(CrossOriginError, () => it.sessions.open({ method: "POST", headers }));
    },
  ],
  [
    "one without a session that would start one",
    "none | wrote | failed | none failed-cross-origin",
    async (it) => {
      const headers = { origin: "https://evil.example" };
      const session = await it.sessions.open({ method: "POST", headers });
      session.set("a", 1);
      await rejectionOf(CrossOriginError, () => it.sessions.commit(session));
    },
  ],
  [
    "a plain connection",
    "none | wrote | failed | none insecure-connection",
    async (it) => {
      const request = { headers: { host: "shop.example" }, socket: {} };
      const session = await it.sessions.open(request);
      session.set("a", 1);
      await rejectionOf(CookieDeliveryError, () => it.sessions.commit(session));
    },
  ],
  [
    "a store that fails when it is read",
    "unjudged |  | refused | none kept",
    async (it) => {
      const browser = await visited(it);
      it.before("read", fails);
      await rejectionOf(SessionStoreError, () => browser.open());
    },
  ],
  [
    "a store that fails when it is written",
    "current | wrote | failed | none kept",
    async (it) => {
      const browser = await visited(it);
      const session = await browser.open();
      session.set("b", 1);
      it.before("update", fails);
      await rejectionOf(SessionStoreError, () => browser.commit(session));
    },
  ],
];

function fails(): never {
  throw new Error("down");
}

async function visit(it: Explained, cookie: string): Promise<void> {
  const session = await it.sessions.open({ headers: { cookie } });
  session.get("a");
  await it.sessions.commit(session);
}

describe.each([
  ["at once", false],
  ["by promises", true],
])("over a store that answers %s, explain mode says of", (_, asynchronous) => {
  test.each(STORIES)("%s: %s", async (...[, codes, story]) => {
    const it = explained({ asynchronous });
    await story(it);
    expect(it.last()).toBe(codes);
  });
});

describe("explain mode", () => {
  test("what its sentences are", async () => {
    const it = explained();
    const browser = await visited(it);
    await browser.visit((session) => session.get("a"));
    expect(`${it.told.at(-1)}`.replace(/session [\w-]{22}/, "session …")).toBe(
      "session …: The token by cookie __Host-id is the session's current one. " +
        "The handler read the session and wrote nothing. There was nothing to write. " +
        "No Set-Cookie: the client's token is current. " +
        "Vary: Cookie, since the handler looked at the session.",
    );
  });

  test("the caches' headers and their reasons", async () => {
    const it = explained();
    const caching = () => it.told.at(-1)?.caching.map(({ header, code }) => `${header} ${code}`);
    const browser = it.browser();
    await browser.visit(() => {});
    expect(caching()).toEqual(["undefined independent"]);
    await browser.visit((session) => session.set("a", 1));
    expect(caching()).toEqual(["cache-control tells-token", "vary tells-token"]);
    await browser.visit((session) => session.get("a"));
    expect(caching()).toEqual(["vary looked"]);
  });

  test("names keys and never values, and its JSON is plain", async () => {
    const it = explained();
    await it.browser().visit((session) => session.set("a", "a value"));
    const [explanation] = it.told;
    expect(explanation?.deeds).toEqual([
      { code: "wrote", says: "The handler wrote a.", keys: ["a"] },
    ]);
    const json = JSON.stringify(explanation);
    expect(json).not.toContain("a value");
    expect(Object.keys(JSON.parse(json))).not.toContain("sentences");
    expect(explanation?.session).toBe(it.eventsOf("created")[0]?.id);
  });

  test("a key or a method that a client chose begins no line of its own", async () => {
    const it = explained();
    const session = await it.sessions.open({ method: "GET\nPOST", headers: {} });
    session.set("a\nb", 1);
    await it.sessions.commit(session);
    expect(`${it.told[0]}`).toContain('The handler wrote "a\\nb".');
    expect(`${it.told[0]}`).not.toContain("\n");
  });

  test("of concurrent requests each gets its own", async () => {
    const it = explained({ asynchronous: true });
    const browser = await visited(it);
    const stranger = it.browser();
    stranger.token = `${"A".repeat(22)}.${"A".repeat(43)}`;
    const [own, other] = await Promise.all([browser.open(), stranger.open()]);
    expect(it.explainer.of(own)?.tokens.map(({ code }) => code)).toEqual(["current"]);
    expect(it.explainer.of(other)?.tokens.map(({ code }) => code)).toEqual(["unknown"]);
  });

  test("counts the versions that a commit has met", async () => {
    const it = explained({ asynchronous: true });
    const browser = await visited(it);
    const other = browser.copy();
    it.before("update", () => other.visit((session) => session.set("c", 1)));
    await browser.visit((session) => session.set("b", 1));
    expect(it.told.map(String).join("\n")).toContain("decided again once");
  });

  test("before a commit, by session and by request, and nothing of what it has not seen", async () => {
    const it = explained();
    const request = { headers: {} };
    const session = await it.sessions.open(request);
    expect(codesOf(it.explainer.of(session))).toBe("none |  | open | none not-committed");
    expect(codesOf(it.explainer.of(request))).toBe("none |  | open | none not-committed");
    expect(it.explainer.of({ raw: request })).toBeDefined();
    expect(it.explainer.of({})).toBeUndefined();
  });

  test("a commit before the end that has nothing to say does not come again", async () => {
    const it = explained();
    const session = await it.sessions.open({ headers: {} });
    session.set("a", 1);
    await it.sessions.commit(session);
    await it.sessions.commit(session);
    expect(it.told).toHaveLength(1);
    session.set("a", 2);
    await it.sessions.commit(session);
    expect(it.last()).toBe("none | wrote | continue | none current");
  });

  test("after the session has ended in the request", async () => {
    const it = explained();
    const session = await (await visited(it)).open();
    session.destroy();
    await it.sessions.commit(session);
    await it.sessions.commit(session);
    expect(it.told.map(codesOf)).toEqual(["current | destroy | end | cleared destroyed"]);
  });

  test("a request that is served as nobody", async () => {
    const it = explained({ onStoreError: "anonymous" });
    const browser = await visited(it);
    it.before("read", fails);
    await browser.visit((session) => session.get("a"));
    expect(it.last()).toBe("unjudged | read | degraded | none kept");
  });

  test("a token by a header", async () => {
    const it = explained({ transport: bearer() });
    await it.browser().visit((session) => session.set("a", 1));
    expect(it.told[0]?.response).toEqual({
      change: "set",
      header: "x-session-token",
      code: "new-session",
      says: "x-session-token, set: a new session began.",
    });
    const token = await it.sessions.issue("ada");
    const headers = { authorization: `Bearer ${token}` };
    await it.sessions.commit(await it.sessions.open({ headers }));
    expect(it.told[1]?.tokens).toMatchObject([{ by: "bearer", code: "current" }]);
  });

  test("ends when told to, and leaves the manager as it was", async () => {
    const it = explained();
    const { open, commit } = createSessions();
    it.explainer.stop();
    expect([it.sessions.open, it.sessions.commit]).toEqual([open, commit]);
    await it.browser().visit((session) => session.set("a", 1));
    expect(it.told).toEqual([]);
  });

  test("twice over one manager, in any order of ending", async () => {
    const it = explained();
    const told: Explanation[] = [];
    const second = explainRequests(it.sessions, (explanation) => told.push(explanation));
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.explainer.stop();
    await browser.visit((session) => session.set("a", 2));
    second.stop();
    await browser.visit((session) => session.set("a", 3));
    const first = "none | wrote | start | set new-session";
    expect(it.told.map(codesOf)).toEqual([first]);
    expect(told.map(codesOf)).toEqual([first, "current | wrote | continue | none current"]);
  });

  test("a listener that throws does not touch the request", async () => {
    const sessions = createSessions<Loose>({ storage: memoryStore(), random: repeatable() });
    explainRequests(sessions, () => {
      throw new Error("a bug");
    });
    const browser = new Browser(sessions);
    const errors = await uncaught(() => browser.visit((session) => session.set("a", 1)));
    expect(errors).toMatchObject([{ message: "a bug" }]);
    expect(browser.setCookies).toHaveLength(1);
  });
});
