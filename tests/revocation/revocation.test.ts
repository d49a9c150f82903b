import { createSessions, type Sessions } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { manualClock } from "@coatcheck/testkit";
import { expect, onTestFinished, test } from "vitest";
import { KINDS } from "../services/kinds.ts";
import { describeWith } from "../services/services.ts";

const COOKIE = /^__Host-id=([\w-]*)/;

/** A browser with one cookie. */
class Client {
  token = "";
  readonly #sessions: Sessions;

  constructor(sessions: Sessions, token = "") {
    this.#sessions = sessions;
    this.token = token;
  }

  open() {
    const cookie = this.token === "" ? {} : { cookie: `__Host-id=${this.token}` };
    return this.#sessions.open({ headers: cookie });
  }

  async visit(work: (session: Awaited<ReturnType<Client["open"]>>) => void): Promise<void> {
    const session = await this.open();
    work(session);
    for (const [name, value] of await this.#sessions.commit(session)) {
      if (name === "set-cookie") this.token = COOKIE.exec(value)?.[1] ?? "";
    }
  }
}

for (const { name, missing, open } of KINDS) {
  describeWith({ missing }, `sealed sessions, with what has ended in ${name}`, () => {
    async function application(limits?: { perUser: number }) {
      const clock = manualClock();
      const { store, dispose } = await open(clock);
      const sessions = createSessions({
        storage: sealed({ keys: generateKey(), revocation: store }),
        ...(limits && { limits }),
        // It is about 20 logins, not about how soon a busy machine gets through them.
        storeTimeout: "25s",
        clock,
      });
      onTestFinished(async () => {
        await sessions.close();
        await dispose?.();
      });
      const isIn = async (token: string) =>
        (await new Client(sessions, token).open()).userId !== undefined;
      const login = async () => {
        const client = new Client(sessions);
        await client.visit((session) => session.login("ann"));
        clock.advance(1);
        return client;
      };
      return { sessions, clock, isIn, login };
    }

    test("G6 a logout, a revoked id and a revoked user stay out, and a later login is in", async () => {
      const { sessions, isIn, login } = await application();
      const [a, b, c] = [await login(), await login(), await login()];
      const { token } = a;
      await a.visit((session) => session.destroy());
      expect([await isIn(token), await isIn(b.token)]).toEqual([false, true]);
      await sessions.revoke((await b.open()).id);
      expect([await isIn(b.token), await isIn(c.token)]).toEqual([false, true]);
      const d = await login();
      await sessions.revokeUser("ann", { except: (await d.open()).id });
      expect([await isIn(c.token), await isIn(d.token)]).toEqual([false, true]);
      await sessions.revokeUser("ann");
      expect(await isIn(d.token)).toBe(false);
      expect(await isIn((await login()).token)).toBe(true);
    });

    test("G4 G5 a login ends the token before it at once, and a rotation after its grace", async () => {
      const { sessions, clock, isIn } = await application();
      const client = new Client(sessions);
      await client.visit((session) => session.set("cart", ["apple"]));
      const anonymous = client.token;
      await client.visit((session) => session.login("ann"));
      expect((await new Client(sessions, anonymous).open()).isNew).toBe(true);
      clock.advance(60_000);
      const before = client.token;
      await client.visit((session) => session.rotate());
      expect(await isIn(client.token)).toBe(true);
      expect(await isIn(before)).toBe(true);
      clock.advance(10_000);
      expect(await isIn(before)).toBe(false);
      expect(await isIn(client.token)).toBe(false);
    });

    test("G9 with a limit no user has more logins, also of 20 at once, and each can be listed", async () => {
      const { sessions, isIn, login } = await application({ perUser: 3 });
      const first = await login();
      const all = await Promise.all(Array.from({ length: 20 }, login));
      const alive = await Promise.all([first, ...all].map(({ token }) => isIn(token)));
      expect(alive.filter((it) => it)).toHaveLength(3);
      expect(alive[0]).toBe(false);
      expect(await sessions.list("ann")).toHaveLength(3);
      expect(await sessions.revokeUser("ann")).toBe(3);
      expect(await sessions.list("ann")).toEqual([]);
      expect(await Promise.all(all.map(({ token }) => isIn(token)))).not.toContain(true);
    });
  });
}
