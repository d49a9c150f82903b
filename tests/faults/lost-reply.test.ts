import { expect, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { type Reach, redisReaches, sqlReaches } from "./places.ts";
import { served, setUp } from "./set-up.ts";
import { untilTold, watchUncaught } from "./uncaught.ts";
import { Visitor } from "./visitor.ts";

// What a request sends to the server, in this order.
const READ = 1;
const WRITE = 2;

for (const reach of [...redisReaches(), ...(await sqlReaches())]) {
  describeWith(reach.service, `a lost reply: ${reach.driver.name}`, () => describeLost(reach));
}

function describeLost({ driver, place }: Reach): void {
  // A driver that sends again gets an answer after all.
  const status = driver.resends ? 200 : 503;

  const start = async () => {
    const uncaught = watchUncaught();
    const proxied = await setUp(driver, place, "2000ms");
    const { visitor } = await proxied.enter("ann");
    // By now the driver knows each statement, so that each is one message.
    const other = (await proxied.enter("bob")).visitor;
    expect((await other.ask("/logout")).status).toBe(200);
    const { proxy } = proxied;
    return {
      ...proxied,
      visitor,
      /** Asks for `path`, and loses the reply to the nth message that the request sends. */
      async lose(nth: number, path: string, by: Visitor = visitor) {
        await proxy.strike({ kind: "lose-reply", nth });
        const answer = await by.ask(path);
        expect(proxy.struck).toBe(1);
        await proxy.heal();
        expect(answer.status).toBe(status);
        if (status === 503) expect(answer.setCookie).toEqual([]);
        await expect.poll(async () => (await visitor.ask("/me")).status).toBe(200);
        await untilTold();
        expect(uncaught).toEqual([]);
        return answer;
      },
    };
  };

  test("G10 of a read: nothing was written, nobody logged out", async () => {
    const { visitor, lose } = await start();
    await lose(READ, "/count");
    const { seen } = await visitor.ask("/me");
    expect(seen).toMatchObject({ user: "ann", count: driver.resends ? 2 : 1 });
  });

  test("G7 an update whose reply was lost increments once, also when it is sent again", async () => {
    const { visitor, lose } = await start();
    await lose(WRITE, "/count");
    const { seen } = await visitor.ask("/me");
    expect(seen).toMatchObject({ user: "ann", count: 2 });
  });

  test("G7 the same when somebody else writes before it is sent again", async () => {
    const { proxy, visitor, direct } = await start();
    const other = new Visitor((await direct()).port, visitor.cookie);
    await proxy.strike({ kind: "lose-reply", nth: WRITE });
    const asked = visitor.ask("/count");
    await proxy.untilStruck();
    await proxy.strike({ kind: "refuse" });
    expect((await other.ask("/set/apples/7")).status).toBe(200);
    await proxy.heal();
    await asked;
    const { seen } = (await served(visitor, "/me")).answer;
    expect(seen).toMatchObject({ user: "ann", count: 2, apples: 7 });
  });

  test("G5 of a rotation: the old token works, and the new one can be had by another try", async () => {
    const { visitor, lose } = await start();
    const before = visitor.cookie;
    await lose(WRITE, "/rotate");
    expect((await visitor.ask("/me")).seen.user).toBe("ann");
    if (!driver.resends) expect(visitor.cookie).toBe(before);
    expect((await visitor.ask("/rotate")).status).toBe(200);
    expect(visitor.cookie).not.toBe(before);
    expect((await visitor.ask("/count")).status).toBe(200);
    expect((await visitor.ask("/me")).seen).toMatchObject({ user: "ann", count: 2 });
  });

  test("G6 of a logout: the session has ended, and the client can see to its cookie", async () => {
    const { port, visitor, lose } = await start();
    const gone = new Visitor(port, visitor.cookie);
    await lose(WRITE, "/logout");
    expect((await gone.ask("/me")).seen.user).toBeNull();
    expect((await visitor.ask("/logout")).status).toBe(200);
    expect(visitor.cookie).toBeUndefined();
  });

  test("G9 of a login: it took place once, and the client may try again", async () => {
    const { port, sessions, lose } = await start();
    const eve = new Visitor(port);
    await lose(1, "/login/eve", eve);
    expect(await sessions.list("eve")).toHaveLength(1);
    if (driver.resends) return;
    expect(eve.cookie).toBeUndefined();
    expect((await eve.ask("/login/eve")).status).toBe(200);
    expect((await eve.ask("/me")).seen.user).toBe("eve");
  });
}
