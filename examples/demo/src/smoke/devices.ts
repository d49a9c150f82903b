import { type StorageKind, storageKinds } from "../storage/kinds.ts";
import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn, passwordOf } from "./login.ts";
import { idOn, notice, otherSessions, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { choose } from "./storages.ts";
import { FIREFOX } from "./user-agent.ts";

const NEW_PASSWORD = "an umbrella stand, full";

export async function devices(port: number): Promise<void> {
  // At once, since each takes the two seconds after which a server looks what others have ended.
  await Promise.all(eachServer.map((server) => signedOutElsewhere(port, server)));

  for (const kind of storageKinds) {
    await check(
      `${kind}: a change of password ends all others, and gives this one a new ticket`,
      async () => {
        await passwordChange(port, kind);
      },
    );
  }
}

/** Two sessions each, of the five that a user may have. */
const owners = ["alice", "alice", "bob", "bob", "admin"];

function signedOutElsewhere(port: number, server: number): Promise<void> {
  const elsewhere = (server + 2) % 5;
  const name = `${nameOf(server)}: an open page is told that its session was ended on ${nameOf(elsewhere)}`;
  return check(name, async () => {
    const owner = owners[server] ?? "";
    const [one, two] = [new Browser(port, FIREFOX), new Browser(port)];
    const id = idOn(await logIn(one, server, owner)) ?? "";
    await logIn(two, elsewhere, owner);
    const list = await two.get(elsewhere, "/sessions");
    holds(list.text.includes("Firefox on Linux") && otherSessions(list).includes(id), "the list");
    holds(/<dt>network<\/dt><dd><code>[\w-]{8}</.test(list.text), "no mark of the network");
    const { ended } = await one.listen(server, `/events?session=${id}`);
    await two.post(elsewhere, "/sessions/revoke", { id });
    same(await ended, ": the session lives\n\nevent: ended\ndata: -\n\n");
    const late = await one.listen(server, `/events?session=${id}`);
    same(await late.ended, "event: ended\ndata: -\n\n", "a page that comes again");
  });
}

async function passwordChange(port: number, kind: StorageKind): Promise<void> {
  const [one, two] = [new Browser(port), new Browser(port)];
  for (const browser of [one, two]) {
    await choose(browser, 0, kind);
    await logIn(browser, 1, "alice", { remember: "yes" });
  }
  const copy = new Browser(port);
  copy.cookies = one.cookies;
  const form = { current: passwordOf("alice"), new: NEW_PASSWORD };
  const short = await one.post(2, "/account/password", { ...form, new: "too short" });
  holds(short.text.includes("at least 15"), "a short one");
  const other = await one.post(3, "/account/password", { ...form, current: "hat" });
  holds(other.text.includes("That is not your password. 4 more attempts."), "a wrong one");
  const changed = await one.post(4, "/account/password", form);
  same([changed.url, userOn(changed)], ["/account", "Alice"]);
  holds(notice(changed)?.startsWith("Your password is changed.") === true, "no notice");
  same(userOn(await two.get(0, "/")), undefined, "the other session");
  same(userOn(await copy.get(0, "/")), undefined, "a copy of the cookies of before");
  same(userOn(await one.get(1, "/")), "Alice", "this session");
  same(userOn(await logIn(new Browser(port), 2, "alice")), undefined, "the old password");
  const back = await one.post(3, "/account/password", {
    current: NEW_PASSWORD,
    new: passwordOf("alice"),
  });
  same(back.url, "/account");
}
