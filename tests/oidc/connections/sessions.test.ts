import { createSessions, type HeaderPair, type Session } from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { manualClock, seededRandom } from "@coatcheck/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { createConnections } from "../../../packages/oidc/src/connection/create-connections.ts";
import type { SignedOut } from "../../../packages/oidc/src/connection/identity.ts";
import { KINDS } from "../../services/kinds.ts";
import { describeWith } from "../../services/services.ts";
import { STORAGES } from "./storages.ts";

const HOUR = 3_600_000;
const ISSUER = "https://id.example";
const OTHER = "https://other.example";

interface Who {
  readonly issuer: string;
  readonly subject: string;
  readonly sid: string;
}

const ADA: Who = { issuer: ISSUER, subject: "ada", sid: "1" };

for (const { name, missing, open } of KINDS) {
  describeWith({ missing }, `provider logout with connections in ${name}`, () => {
    describe.each(STORAGES)("and sessions %s", (_, storage) => {
      /** Two processes of one application. */
      async function application() {
        const clock = manualClock();
        const [own, others] = [await open(clock), await open(clock)];
        const keys = generateKey();
        const kept = storage(others.store);
        const process = (seed: string) => {
          const sessions = createSessions({ storage: kept, clock });
          const connections = createConnections({
            store: own.store,
            keys,
            clock,
            random: seededRandom(seed),
            revoke: (id) => sessions.revoke(id),
          });
          return { sessions, connections };
        };
        const [one, two] = [process("one"), process("two")];
        onTestFinished(async () => {
          await one.sessions.close();
          await own.store.close?.();
          await own.dispose?.();
          await others.dispose?.();
        });

        /** A login as the callback does it; `between` comes when the session is stored, and nobody has its token yet. */
        async function login(who: Who, between?: () => Promise<unknown>): Promise<string> {
          const session = await one.sessions.open({ headers: {} });
          session.login(`${who.issuer}|${who.subject}`);
          const token = tokenIn(await one.sessions.commit(session));
          await between?.();
          const begun = await one.connections.begin({
            sessionId: session.id,
            identity: who,
            issuedAt: clock(),
            expiresAt: clock() + HOUR,
            tokens: { idToken: "id" },
          });
          if (!begun) await one.sessions.revoke(session.id);
          return token;
        }
        const opened = (token: string): Promise<Session> | Session =>
          two.sessions.open({ headers: { cookie: `__Host-id=${token}` } });
        const isIn = async (token: string): Promise<boolean> =>
          (await opened(token)).userId !== undefined;
        const signOut = (who: SignedOut) => two.connections.signedOut(who, clock());
        return { clock, login, isIn, signOut, connections: two.connections };
      }

      test("2 issuers, 2 users, 3 sessions each: exactly whom it is about are out", async () => {
        const { login, isIn, signOut } = await application();
        const all: { who: string; token: string }[] = [];
        for (const issuer of [ISSUER, OTHER]) {
          for (const subject of ["ada", "bob"]) {
            for (const sid of [`${subject} 1`, `${subject} 1`, `${subject} 2`]) {
              const token = await login({ issuer, subject, sid });
              all.push({ who: `${issuer} ${sid}`, token });
            }
          }
        }
        const out = async () => {
          const alive = await Promise.all(all.map(({ token }) => isIn(token)));
          return all.filter((_, index) => !alive[index]).map(({ who }) => who);
        };
        expect(await out()).toEqual([]);
        await signOut({ issuer: ISSUER, sid: "ada 1" });
        const first = [`${ISSUER} ada 1`, `${ISSUER} ada 1`];
        expect(await out()).toEqual(first);
        await signOut({ issuer: ISSUER, subject: "bob", sid: "bob 2" });
        expect(await out()).toEqual([...first, `${ISSUER} bob 2`]);
        const ended = await signOut({ issuer: OTHER, subject: "bob" });
        expect(ended).toHaveLength(3);
        expect((await out()).filter((who) => who.startsWith(OTHER))).toEqual([
          `${OTHER} bob 1`,
          `${OTHER} bob 1`,
          `${OTHER} bob 2`,
        ]);
        expect(await out()).toHaveLength(6);
        // Those who are out already are no failure, and not ended again.
        expect(await signOut({ issuer: OTHER, subject: "bob" })).toEqual([]);
      });

      const marks: [string, SignedOut][] = [
        ["sid", { issuer: ISSUER, sid: "1" }],
        ["sub", { issuer: ISSUER, subject: "ada" }],
        ["sub and sid", { issuer: ISSUER, subject: "ada", sid: "1" }],
      ];
      test.each(marks)(
        "G6 a login under way is out, by %s, before and after it",
        async (_by, who) => {
          const { login, isIn, signOut } = await application();
          expect(await isIn(await login(ADA))).toBe(true);
          const token = await login(ADA, () => signOut(who));
          expect(await isIn(token)).toBe(false);
          await signOut(who);
          expect(await isIn(await login(ADA))).toBe(false);
        },
      );

      test("who signs in again is in", async () => {
        const { clock, login, isIn, signOut } = await application();
        await login(ADA);
        await signOut({ issuer: ISSUER, subject: "ada" });
        await signOut({ issuer: ISSUER, sid: "1" });
        clock.advance(1_000);
        expect(await isIn(await login({ ...ADA, sid: "2" }))).toBe(true);
        // The provider's session that is over does not come back, until nothing can be under way from it.
        expect(await isIn(await login(ADA))).toBe(false);
        clock.advance(15 * 60_000);
        expect(await isIn(await login(ADA))).toBe(true);
      });

      test("G6 logins and logouts at once: nobody who was signed out is in", async () => {
        const { login, isIn, signOut } = await application();
        const logins = Array.from({ length: 8 }, (_, index) =>
          login({ ...ADA, sid: `${index % 2}` }),
        );
        const logouts = marks.map(([, who]) => signOut(who));
        const tokens = await Promise.all(logins);
        await Promise.all(logouts);
        const alive = await Promise.all(tokens.map(isIn));
        expect(alive).toEqual(tokens.map(() => false));
      });
    });
  });
}

function tokenIn(headers: readonly HeaderPair[]): string {
  const line = headers.find(([name]) => name === "set-cookie")?.[1] ?? "";
  return /^__Host-id=([^;]*)/.exec(line)?.[1] ?? "";
}
