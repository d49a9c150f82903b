import { beforeEach, describe, expect, test, vi } from "vitest";
import { createSessions, type Sessions } from "../session/manager.ts";
import { tokenStorage } from "../stateless/storage.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { memoryStore } from "../store/memory.ts";
import { repeatable, START } from "../testing/bench.ts";
import { keyRing } from "./key-ring.ts";
import { sealer } from "./sealer.ts";
import { sealed } from "./storage.ts";
import { A, ALPHABET, B, C, HOUR, keyNamed } from "./testing/sealing.ts";

const work = vi.hoisted(() => ({ decrypts: 0 }));
// A counting seam: the cipher itself stays what it is.
vi.mock("./gcm.ts", async (original) => {
  const gcm = await original<typeof import("./gcm.ts")>();
  return {
    ...gcm,
    decrypt: (...args: Parameters<typeof gcm.decrypt>) => {
      work.decrypts += 1;
      return gcm.decrypt(...args);
    },
  };
});

beforeEach(() => {
  work.decrypts = 0;
});

/** A session that is logged in, and how a forgery of its token fares: one event, no store call, nothing thrown, nobody there. */
async function victim() {
  const it = sealedBench({ keys: { current: A, next: B, older: C } });
  const browser = it.browser();
  await browser.visit((session) => {
    session.login("ada");
    session.set("cart", ["apple"]);
  });
  const token = browser.token as string;
  expect((await browser.open()).userId).toBe("ada");
  const absent = async (forged: Iterable<string>, sessions: Sessions = it.sessions) => {
    const reasons = new Map<string, number>();
    for (const text of forged) {
      it.calls.length = 0;
      it.events.length = 0;
      const session = await sessions.open({ headers: { cookie: `__Host-id=${text}` } });
      const [event, ...more] = it.events;
      const bare = text.trim();
      if (!session.isNew || session.userId || it.calls.length > 0 || more.length > 0) {
        throw new Error(`${text}: ${JSON.stringify([session.userId, it.calls, it.events])}`);
      }
      if (bare === "" && !event) continue;
      if (event?.[0] !== "token-rejected") throw new Error(`${text}: ${JSON.stringify(event)}`);
      const reason = String(event[1].reason);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    return Object.fromEntries(reasons);
  };
  return { ...it, token, absent };
}

const count = (reasons: Record<string, number>) =>
  Object.values(reasons).reduce((sum, it) => sum + it, 0);
const flipped = (bytes: Buffer, bit: number): string => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy.toString("base64url");
};

describe("G12 a forged session is nobody's: one event, no store call, nothing thrown", () => {
  test("G12 every single bit, and every pair of neighbours", async () => {
    const { token, absent } = await victim();
    const bytes = Buffer.from(token, "base64url");
    const bits = Array.from({ length: bytes.length * 8 }, (_, bit) => bit);
    const one = bits.map((bit) => flipped(bytes, bit));
    const two = one.map((text, bit) => {
      return flipped(Buffer.from(text, "base64url"), (bit + 1) % bits.length);
    });
    const reasons = await absent([...one, ...two]);
    expect(count(reasons)).toBe(bits.length * 2);
    expect(Object.keys(reasons).sort()).toEqual(["malformed", "tampered", "unknown-key"]);
  });

  test("G12 every character, at every place, for another", async () => {
    const { token, absent } = await victim();
    const others = [...ALPHABET, ..."+/=.%!~ \t\u00e9"];
    const forged = [...token].flatMap((was, at) =>
      others.filter((to) => to !== was).map((to) => token.slice(0, at) + to + token.slice(at + 1)),
    );
    // Blanks at the edges are the header's, not the token's.
    const own = forged.filter((text) => text.trim().length === token.length);
    expect(own.length).toBeGreaterThan(10_000);
    expect(count(await absent(own))).toBe(own.length);
  });

  test("G12 every truncation, at both ends, and every extension", async () => {
    const { token, absent } = await victim();
    const forged = Array.from({ length: token.length }, (_, at) => [
      token.slice(0, at),
      token.slice(at + 1),
      token.slice(0, at) + token.slice(at + 1),
      ...[..."AQgw_-=."].map((more) => token.slice(0, at) + more + token.slice(at)),
    ]).flat();
    const doubled = [...ALPHABET, "==", "=", ".", token].map((more) => token + more);
    const all = [...forged, ...doubled].filter((text) => text !== token && text !== "");
    expect(all.length).toBeGreaterThan(1_800);
    expect(count(await absent(all))).toBe(all.length);
  });

  test("G12 every other spelling of the same bytes", async () => {
    const it = sealedBench();
    let all = 0;
    for (let size = 0; size < 60; size++) {
      const browser = it.browser();
      await browser.visit((session) => session.set("a", "?>~".repeat(20).slice(0, size)));
      const token = browser.token as string;
      const bytes = Buffer.from(token, "base64url");
      const spare = [0, 0, 4, 2][token.length % 4] as number;
      const last = ALPHABET.indexOf(token.slice(-1));
      const spellings = [
        bytes.toString("base64"),
        bytes.toString("base64").replace(/=+$/, ""),
        bytes.toString("hex"),
        `${token}=`,
        `${token}==`,
        `"${token}"`,
        `${token.slice(0, 40)} ${token.slice(40)}`,
        `${token.slice(0, 40)}\t${token.slice(40)}`,
        `${token}\0`,
        encodeURIComponent(`${token}=`),
        `~2~AAAAAAAA~${token}`,
        ...Array.from(
          { length: 2 ** spare - 1 },
          (_, i) => token.slice(0, -1) + ALPHABET[last + i + 1],
        ),
      ].filter((spelling) => spelling !== token);
      for (const spelling of spellings) {
        it.events.length = 0;
        it.calls.length = 0;
        const session = await it.sessions.open({ headers: { cookie: `__Host-id=${spelling}` } });
        expect([session.isNew, it.calls, it.events]).toEqual([
          true,
          [],
          [["token-rejected", { id: undefined, reason: "malformed" }]],
        ]);
      }
      all += spellings.length;
    }
    expect(all).toBeGreaterThan(700);
    expect(work.decrypts).toBe(0);
  });

  test("G12 swaps between cookies, keys, purposes and managers", async () => {
    const places = ["__Host-id", "__Host-ie", "__Secure-id", "sid"].flatMap((name) =>
      [A, B, C].map((keys) => {
        const events: unknown[] = [];
        const store = memoryStore({ clock: () => START });
        const sessions = createSessions<Record<string, unknown>>({
          storage: sealed({ keys, revocation: store }),
          cookie: { name } as never,
          clock: () => START,
          random: repeatable(name),
        });
        sessions.events.on("token-rejected", (event) => events.push(event));
        return { name, sessions, events };
      }),
    );
    let swaps = 0;
    for (const from of places) {
      const session = await from.sessions.open({ headers: {} });
      session.set("a", 1);
      const [[, line = ""] = []] = await from.sessions.commit(session);
      const token = line.slice(line.indexOf("=") + 1, line.indexOf(";"));
      for (const to of places) {
        to.events.length = 0;
        const opened = await to.sessions.open({ headers: { cookie: `${to.name}=${token}` } });
        expect(opened.isNew).toBe(to !== from);
        expect(to.events).toHaveLength(to === from ? 0 : 1);
        if (to !== from) swaps += 1;
      }
    }
    expect(swaps).toBe(12 * 11);
  });

  test("G12 a seal of the same key and cookie, but for something else than a session", async () => {
    const { absent } = await victim();
    const text = '[1,"AAAAAAAAAAAAAAAAAAAAAA",2000000000000,43200000,0,0,0,0,"ada",0]\n{}';
    const options = { cookieName: "__Host-id", clock: () => START, random: repeatable("other") };
    const seals = ["cookie", "Session", "session ", ""].map((purpose) =>
      sealer(keyRing(A), { ...options, purpose }).seal(text, START + HOUR),
    );
    expect(await absent(seals)).toEqual({ tampered: 4 });
    // And of this purpose, with what no session's text is.
    const { seal } = sealer(keyRing(A), { ...options, purpose: "session" });
    expect(await absent([seal("", START + HOUR), seal("{}", START + HOUR)])).toEqual({
      malformed: 2,
    });
    expect(await absent([seal(text, START)])).toEqual({ expired: 1 });
  });
});

describe("G12 no difference in timing class", () => {
  test("G12 what has the form of a seal is decrypted once, whatever is wrong with it", async () => {
    const { token, absent } = await victim();
    const bytes = Buffer.from(token, "base64url");
    const stranger = sealedBench({ keys: keyNamed("stranger") }).browser();
    await stranger.visit((session) => session.login("ada"));
    const { seal } = sealer(keyRing(A), {
      purpose: "cookie",
      cookieName: "__Host-id",
      clock: () => START,
      random: repeatable("other"),
    });
    const cases: [string, string[]][] = [
      ["unknown-key", [stranger.token as string, flipped(bytes, 8), flipped(bytes, 39)]],
      ["tampered", [flipped(bytes, 40), flipped(bytes, 200), flipped(bytes, bytes.length * 8 - 1)]],
      ["tampered", [seal("{}", START + HOUR)]],
    ];
    for (const [reason, forged] of cases) {
      for (const text of forged) {
        work.decrypts = 0;
        expect(await absent([text])).toEqual({ [reason]: 1 });
        expect(work.decrypts).toBe(1);
      }
    }
    work.decrypts = 0;
    expect(await absent([`${token}=`, token.slice(1)])).toEqual({ malformed: 2 });
    expect(work.decrypts).toBe(0);
  });
});

test("G12 a codec that another package brings is asked nothing that its form refuses", async () => {
  let asked = 0;
  const sessions = createSessions({
    storage: tokenStorage({ revocation: memoryStore() }, () => ({
      isWellFormed: (text) => text === "good",
      encode: () => "good",
      decode: () => {
        asked += 1;
        return { ok: false, reason: "tampered" };
      },
    })),
  });
  for (const text of ["bad", "good", "worse"]) {
    await sessions.open({ headers: { cookie: `__Host-id=${text}` } });
  }
  expect(asked).toBe(1);
});
