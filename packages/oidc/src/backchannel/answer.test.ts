import { memoryStore } from "@coatcheck/core";
import { faultStore } from "@coatcheck/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { ProviderKeysError } from "../keys/keys-error.ts";
import { type ConnectionsBench, connectionsBench } from "../testing/connections-bench.ts";
import {
  confused,
  encrypted,
  localKeys,
  type Signer,
  signer,
  unsigned,
} from "../testing/provider.ts";
import { formRequest, headersOf } from "../testing/request.ts";
import { answerLogoutToken, type BackchannelLogout, type LogoutRefusal } from "./answer.ts";

const ISSUER = "https://id.example";
const CLIENT = "shop";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** When the bench's clock starts, in seconds. */
const NOW = 2_000_000_000;

let rsa: Signer;
let stranger: Signer;
let ec: Signer;
beforeAll(async () => {
  [rsa, stranger, ec] = await Promise.all([signer(), signer(), signer("ES256")]);
});

const claimsOf = (more: object = {}): object => ({
  iss: ISSUER,
  aud: CLIENT,
  iat: NOW,
  exp: NOW + 120,
  jti: "one",
  sub: "ada",
  events: { [EVENT]: {} },
  ...more,
});

/** The same without one claim. */
const without = (name: string): object =>
  Object.fromEntries(Object.entries(claimsOf()).filter(([key]) => key !== name));

interface Bench extends ConnectionsBench {
  readonly refused: LogoutRefusal[];
  readonly ended: (readonly string[])[];
  post(token: string, extra?: Record<string, string>): ReturnType<typeof answerLogoutToken>;
  ask(request: Parameters<typeof answerLogoutToken>[1]): ReturnType<typeof answerLogoutToken>;
}

function bench(options: Partial<BackchannelLogout> = {}, store = memoryStore()): Bench {
  const it = connectionsBench({ store, pause: () => new Promise((go) => setImmediate(go)) });
  const refused: LogoutRefusal[] = [];
  const ended: (readonly string[])[] = [];
  const logout: BackchannelLogout = {
    connections: it.connections,
    issuer: ISSUER,
    clientId: CLIENT,
    keys: localKeys(rsa, ec),
    algorithm: "RS256",
    types: "if-present",
    clock: it.clock,
    onRefused: (reason) => void refused.push(reason),
    onSignedOut: (_, ids) => void ended.push(ids),
    ...options,
  };
  const ask: Bench["ask"] = async (request) => {
    const answer = await answerLogoutToken(logout, request);
    // On every path, whatever the test is about.
    expect(headersOf(answer, "cache-control")).toEqual(["no-store"]);
    expect(headersOf(answer, "set-cookie")).toEqual([]);
    return answer;
  };
  return {
    ...it,
    refused,
    ended,
    ask,
    post: (token, extra = {}) => ask(formRequest({ logout_token: token, ...extra })),
  };
}

async function expectRefused(it: Bench, token: string, reason: LogoutRefusal): Promise<void> {
  const id = await it.begin("one");
  const answer = await it.post(token);
  expect([answer.status, it.refused]).toEqual([400, [reason]]);
  expect(headersOf(answer, "content-type")).toEqual(["application/json"]);
  // And nothing of the token.
  expect(answer.body).toBe(JSON.stringify({ error: "invalid_request", error_description: reason }));
  expect([...it.sessions]).toEqual([id]);
}

async function expectAccepted(it: Bench, token: string): Promise<void> {
  const id = await it.begin("one", { sid: "sid 1" });
  const answer = await it.post(token);
  expect([answer.status, answer.body, it.refused]).toEqual([200, "", []]);
  expect([...it.sessions]).toEqual([]);
  expect(it.ended).toEqual([[id]]);
}

describe("a logout token is refused by 400, and ends nothing:", () => {
  const table: [string, LogoutRefusal, () => string | Promise<string>][] = [
    ["alg none", "algorithm", () => unsigned(claimsOf())],
    ["alg None", "algorithm", () => `${Buffer.from('{"alg":"None"}').toString("base64url")}.e30.`],
    ["another algorithm, with a key of the provider", "algorithm", () => ec.sign(claimsOf())],
    ["HS256 with the public key as secret", "algorithm", () => confused(rsa, claimsOf())],
    ["alg in another spelling", "algorithm", () => headerOf({ alg: "rs256" })],
    [
      "somebody else's key under a kid of the provider",
      "signature",
      () => stranger.sign(claimsOf()),
    ],
    ["an unknown kid", "unknown-key", () => rsa.sign(claimsOf(), { kid: "other" })],
    ["changed", "signature", async () => changed(await rsa.sign(claimsOf()))],
    ["another issuer", "issuer", () => rsa.sign(claimsOf({ iss: "https://other.example" }))],
    ["the issuer with a slash", "issuer", () => rsa.sign(claimsOf({ iss: `${ISSUER}/` }))],
    ["no issuer", "issuer", () => rsa.sign(without("iss"))],
    ["another audience", "audience", () => rsa.sign(claimsOf({ aud: "other" }))],
    ["several audiences without ours", "audience", () => rsa.sign(claimsOf({ aud: ["a", "b"] }))],
    ["no audience", "audience", () => rsa.sign(without("aud"))],
    ["no events", "events", () => rsa.sign(without("events"))],
    ["events null", "events", () => rsa.sign(claimsOf({ events: null }))],
    ["events as a list", "events", () => rsa.sign(claimsOf({ events: [EVENT] }))],
    ["events as a text", "events", () => rsa.sign(claimsOf({ events: EVENT }))],
    ["another event", "events", () => rsa.sign(claimsOf({ events: { "urn:other": {} } }))],
    ["the event null", "events", () => rsa.sign(claimsOf({ events: { [EVENT]: null } }))],
    ["the event a list", "events", () => rsa.sign(claimsOf({ events: { [EVENT]: [] } }))],
    ["the event true", "events", () => rsa.sign(claimsOf({ events: { [EVENT]: true } }))],
    ["a nonce", "nonce", () => rsa.sign(claimsOf({ nonce: "n" }))],
    ["a nonce that is null", "nonce", () => rsa.sign(claimsOf({ nonce: null }))],
    ["neither sub nor sid", "subject", () => rsa.sign(without("sub"))],
    ["an empty sub", "subject", () => rsa.sign(claimsOf({ sub: "", sid: "sid 1" }))],
    ["an empty sid", "subject", () => rsa.sign(claimsOf({ sid: "" }))],
    ["a sub that is a number", "subject", () => rsa.sign(claimsOf({ sub: 1 }))],
    ["a sid that is null", "subject", () => rsa.sign(claimsOf({ sid: null }))],
    ["no iat", "claims", () => rsa.sign(without("iat"))],
    ["no exp", "claims", () => rsa.sign(without("exp"))],
    ["no jti", "claims", () => rsa.sign(without("jti"))],
    ["an empty jti", "claims", () => rsa.sign(claimsOf({ jti: "" }))],
    ["iat as a text", "claims", () => rsa.sign(claimsOf({ iat: String(NOW) }))],
    ["nbf as a text", "claims", () => rsa.sign(claimsOf({ nbf: "soon" }))],
    ["a typ that is no text", "malformed", () => rsa.sign(claimsOf(), { typ: 1 })],
    ["expired", "expired", () => rsa.sign(claimsOf({ iat: NOW - 120, exp: NOW - 60 }))],
    ["of the future", "early", () => rsa.sign(claimsOf({ iat: NOW + 61 }))],
    ["not yet to be used", "early", () => rsa.sign(claimsOf({ nbf: NOW + 61 }))],
    ["issued too long ago", "stale", () => rsa.sign(claimsOf({ iat: NOW - 660, exp: NOW + 600 }))],
    ["typed as an access token", "type", () => rsa.sign(claimsOf(), { typ: "at+jwt" })],
    ["encrypted", "encrypted", async () => encrypted(await rsa.sign(claimsOf()))],
    ["with a key of its own", "malformed", () => rsa.sign(claimsOf(), { jwk: stranger.publicJwk })],
    [
      "with an address of keys",
      "malformed",
      () => rsa.sign(claimsOf(), { jku: "https://a.example" }),
    ],
    ["no token", "malformed", () => "token"],
    ["empty", "malformed", () => ""],
    ["longer than any", "malformed", () => rsa.sign(claimsOf({ filler: "x".repeat(16_384) }))],
    ["with blanks around it", "malformed", async () => ` ${await rsa.sign(claimsOf())}`],
  ];
  test.each(table)("%s", async (_, reason, token) => {
    await expectRefused(bench(), await token(), reason);
  });

  test.each(["if-present", "strict"] as const)("a valid ID token, typ rule %s", async (types) => {
    const { iat, exp, sub, iss, aud } = claimsOf() as Record<string, unknown>;
    const idToken = {
      iss,
      aud,
      iat,
      exp,
      sub,
      sid: "sid 1",
      jti: "one",
      nonce: "n",
      auth_time: NOW,
    };
    const it = bench({ types });
    await expectRefused(
      it,
      await rsa.sign(idToken, { typ: "JWT" }),
      types === "strict" ? "type" : "events",
    );
  });

  async function headerOf(header: object): Promise<string> {
    const [, payload, signature] = (await rsa.sign(claimsOf())).split(".");
    return [Buffer.from(JSON.stringify(header)).toString("base64url"), payload, signature].join(
      ".",
    );
  }

  function changed(token: string): string {
    const [header, , signature] = token.split(".");
    const claims = JSON.stringify(claimsOf({ sub: "bob" }));
    return [header, Buffer.from(claims).toString("base64url"), signature].join(".");
  }
});

describe("a logout token is accepted by 200, and what it is about ends:", () => {
  const table: [string, object, object?][] = [
    ["sub alone", {}],
    ["sid alone", { sub: undefined, sid: "sid 1" }],
    ["both", { sid: "sid 1" }],
    ["other events beside it", { events: { "urn:other": null, [EVENT]: {} } }],
    ["members in the event", { events: { [EVENT]: { reason: "timeout" } } }],
    ["several audiences with ours", { aud: ["other", CLIENT] }],
    ["claims that nobody knows", { trace: [1], amr: "x" }],
    ["the provider's clock 60 s ahead", { iat: NOW + 60, exp: NOW + 180 }],
    ["the provider's clock behind: over for 59 s", { iat: NOW - 180, exp: NOW - 59 }],
    ["the oldest that there may be", { iat: NOW - 659, exp: NOW + 600 }],
  ];
  test.each(table)("%s", async (_, claims) => {
    await expectAccepted(bench(), await rsa.sign(claimsOf(claims)));
  });

  test("of the registered algorithm, whichever that is", async () => {
    const it = bench({ algorithm: "ES256" });
    await expectAccepted(it, await ec.sign(claimsOf()));
  });

  test("with parameters beside it that nobody knows", async () => {
    const it = bench();
    expect((await it.post(await rsa.sign(claimsOf()), { state: "x" })).status).toBe(200);
  });

  test("whose sessions are all over already, or were never here", async () => {
    const it = bench();
    expect((await it.post(await rsa.sign(claimsOf({ sub: "nobody" })))).status).toBe(200);
    expect(it.ended).toEqual([[]]);
  });
});

describe("typ", () => {
  const table = [
    [undefined, true, false],
    ["JWT", true, false],
    ["logout+jwt", true, true],
    ["LOGOUT+JWT", true, true],
    ["application/logout+jwt", true, true],
    ["id_token", false, false],
    ["application/secevent+jwt", false, false],
  ] as const;
  describe.each(["if-present", "strict"] as const)("%s (ASVS 10.5.5)", (types) => {
    test.each(table)("%s", async (typ, lenient, strict) => {
      const token = await rsa.sign(claimsOf(), typ === undefined ? {} : { typ });
      const accepted = types === "strict" ? strict : lenient;
      if (accepted) await expectAccepted(bench({ types }), token);
      else await expectRefused(bench({ types }), token, "type");
    });
  });
});

describe("a request that brings no logout token", () => {
  test("GET is 405, and says what there is", async () => {
    const answer = await bench().ask(formRequest(undefined, "GET"));
    expect(answer.status).toBe(405);
    expect(headersOf(answer, "allow")).toEqual(["POST"]);
  });

  test.each([
    ["another kind of body, or more than 16 KiB", formRequest(undefined)],
    ["a form without it", formRequest({ state: "x" })],
    [
      "a form with two",
      formRequest([
        ["logout_token", "a"],
        ["logout_token", "b"],
      ]),
    ],
    [
      "a body that breaks off",
      { ...formRequest({}), form: () => Promise.reject(new Error("aborted")) },
    ],
  ])("%s is 400", async (_, request) => {
    const it = bench();
    expect((await it.ask(request)).status).toBe(400);
    expect(it.refused).toEqual(["form"]);
  });
});

describe("a token that comes again", () => {
  test("is a 200 without work", async () => {
    const it = bench();
    const token = await rsa.sign(claimsOf());
    await expectAccepted(it, token);
    const calls = it.revoked.length;
    const later = await it.begin("later", { sid: "sid 2" });
    expect((await it.post(token)).status).toBe(200);
    expect([it.revoked.length, it.ended.length, [...it.sessions]]).toEqual([calls, 1, [later]]);
  });

  test("is refused when it is over, and not a moment before that it is forgotten", async () => {
    const it = bench();
    const token = await rsa.sign(claimsOf({ exp: NOW + 100_000_000 }));
    await expectAccepted(it, token);
    const id = await it.begin("later", { sid: "sid 2" });
    it.clock.set((NOW + 660) * 1000 - 1);
    expect((await it.post(token)).status).toBe(200);
    expect([...it.sessions]).toEqual([id]);
    it.clock.advance(1);
    expect((await it.post(token)).status).toBe(400);
    expect([...it.sessions]).toEqual([id]);
  });

  test("50 at once do it once, and all are told when it is done", async () => {
    const it = bench();
    const ids = await Promise.all(["a", "b", "c"].map((name) => it.begin(name)));
    const token = await rsa.sign(claimsOf());
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { status } = await it.post(token);
        return [status, it.sessions.size];
      }),
    );
    expect(answers).toEqual(answers.map(() => [200, 0]));
    expect(it.ended).toHaveLength(1);
    expect(it.revoked.toSorted()).toEqual(ids.toSorted());
  });

  test("of another provider with the same jti is another token", async () => {
    const it = bench();
    await expectAccepted(it, await rsa.sign(claimsOf()));
    const other = await answerLogoutToken(
      {
        connections: it.connections,
        issuer: "https://other.example",
        clientId: CLIENT,
        keys: localKeys(stranger),
        algorithm: "RS256",
        types: "strict",
        clock: it.clock,
        onSignedOut: (_, ids) => void it.ended.push(ids),
      },
      formRequest({
        logout_token: await stranger.sign(claimsOf({ iss: "https://other.example" }), {
          typ: "logout+jwt",
        }),
      }),
    );
    expect([other.status, it.ended.length]).toEqual([200, 2]);
  });
});

describe("where something fails it is 400, and the provider's next attempt counts:", () => {
  test("the store", async () => {
    const store = faultStore(memoryStore(), []);
    const it = bench({}, store as ReturnType<typeof memoryStore>);
    const id = await it.begin("one");
    const token = await rsa.sign(claimsOf());
    for (const method of ["create", "listByUser", "read", "update", "destroy"] as const) {
      store.plan([{ kind: "fail", method }]);
      const answer = await it.post(token);
      expect([method, answer.status]).toEqual([method, 400]);
      expect(JSON.parse(answer.body).error).toBe("temporarily_unavailable");
      store.plan();
    }
    expect(new Set(it.refused)).toEqual(new Set(["store"]));
    it.clock.advance(20_000);
    expect((await it.post(token)).status).toBe(200);
    expect([...it.sessions]).toEqual([]);
    expect(it.revoked).toContain(id);
  });

  test("the revocation of one of several sessions", async () => {
    const it = bench();
    const ids = await Promise.all(["a", "b", "c"].map((name) => it.begin(name)));
    let failures = 1;
    const connections = it.another({
      revoke: async (id) => {
        if (id === ids[1] && failures-- > 0) throw new Error("store down");
        return it.sessions.delete(id);
      },
    });
    const logout = { connections, issuer: ISSUER, clientId: CLIENT, keys: localKeys(rsa) };
    const rest = { algorithm: "RS256", types: "if-present", clock: it.clock } as const;
    const token = await rsa.sign(claimsOf());
    const post = () =>
      answerLogoutToken({ ...logout, ...rest }, formRequest({ logout_token: token }));
    expect((await post()).status).toBe(400);
    expect([...it.sessions]).toEqual([ids[1]]);
    expect((await post()).status).toBe(200);
    expect([...it.sessions]).toEqual([]);
  });

  test("the provider's keys", async () => {
    const it = bench({
      keys: () => Promise.reject(new ProviderKeysError(new Error("down"))),
    });
    const answer = await it.post(await rsa.sign(claimsOf()));
    expect([answer.status, it.refused]).toEqual([400, ["provider-down"]]);
  });
});

describe("2 issuers, 2 users, 3 sessions each: exactly whom it is about", () => {
  const issuers = [ISSUER, "https://other.example"];
  const users = ["ada", "bob"];
  async function town() {
    const it = bench();
    const all: { name: string; id: string }[] = [];
    for (const issuer of issuers) {
      for (const subject of users) {
        for (const sid of ["1", "1", "2"]) {
          // Providers may give the same sid to anybody of another provider, and one sid to two logins.
          const name = [issuer, subject, sid, all.length].join(" ");
          const id = await it.begin(name, { issuer, subject, sid: `${subject} ${sid}` });
          all.push({ name, id });
        }
      }
    }
    const gone = () => all.filter(({ id }) => !it.sessions.has(id)).map(({ name }) => name);
    return {
      it,
      gone,
      of: (part: string) => all.map(({ name }) => name).filter((name) => name.startsWith(part)),
    };
  }

  test("by sub: all of the user at that issuer", async () => {
    const { it, gone, of } = await town();
    expect((await it.post(await rsa.sign(claimsOf()))).status).toBe(200);
    expect(gone()).toEqual(of(`${ISSUER} ada`));
    expect(gone()).toHaveLength(3);
  });

  test("by sid: all that began in that session of the provider", async () => {
    const { it, gone, of } = await town();
    const token = await rsa.sign(claimsOf({ sub: undefined, sid: "ada 1" }));
    expect((await it.post(token)).status).toBe(200);
    expect(gone()).toEqual(of(`${ISSUER} ada 1`));
    expect(gone()).toHaveLength(2);
  });

  test("by both: those that are both", async () => {
    const { it, gone, of } = await town();
    expect((await it.post(await rsa.sign(claimsOf({ sid: "ada 2" })))).status).toBe(200);
    expect(gone()).toEqual(of(`${ISSUER} ada 2`));
    expect(gone()).toHaveLength(1);
  });

  test("by both that do not belong together: nobody", async () => {
    const { it, gone } = await town();
    expect((await it.post(await rsa.sign(claimsOf({ sid: "bob 1" })))).status).toBe(200);
    expect(gone()).toEqual([]);
  });
});
