import { type StorageKind, storageKinds } from "../storage/kinds.ts";
import { Browser, type Visit } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn, passwordOf } from "./login.ts";
import { csrfField, idOn, notice, otherSessions, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { choose } from "./storages.ts";
import { until } from "./until.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEW_PASSWORD = "an umbrella stand, full";

function wrong(browser: Browser, server: number, user: string): Promise<Visit> {
  return browser.post(server, "/login?returnTo=%2Fcart", { user, password: "hat" });
}

/** Passwords, and how often one may be wrong. `DEMO_LOCK_SECONDS` of the demo is short. */
export async function passwords(port: number): Promise<void> {
  for (const server of eachServer) {
    const name = nameOf(server);
    const known = "bob";
    const unknown = `nobody-${server}`;
    await check(`${name}: a wrong password, of a known name and an unknown one`, async () => {
      for (const user of [known, unknown]) {
        const visit = await wrong(new Browser(port), server, user);
        same([visit.url, userOn(visit)], ["/login?returnTo=%2Fcart", undefined]);
        holds(
          visit.text.includes("No such user, or another password. 4 more attempts."),
          `no message for ${user}`,
        );
      }
      // Right, and the count begins anew.
      const visit = await logIn(new Browser(port), server, known, {}, "/login?returnTo=%2Fcart");
      same([visit.url, userOn(visit)], ["/cart", "Bob"]);
    });
  }

  await check(
    "ten guesses at once are five, on all servers together, and then it waits",
    async () => {
      const guesses = await Promise.all(
        [...eachServer, ...eachServer].map((server) => wrong(new Browser(port), server, "alice")),
      );
      const locked = guesses.filter(({ text }) => text.includes("Too many attempts."));
      same(locked.length, 5);
      const right = await logIn(new Browser(port), 2, "alice");
      same(userOn(right), undefined, "the right password, while locked");
      holds(/Nothing is tried for another \d+ s/.test(right.text), "no time");
      await until(
        "unlocked",
        async () => userOn(await logIn(new Browser(port), 3, "alice")) === "Alice",
      );
    },
  );

  await check("a way back to another site leads to none", async () => {
    for (const hostile of ["//evil.example", "/\\evil.example", "https://evil.example"]) {
      const path = `/login?returnTo=${encodeURIComponent(hostile)}`;
      same((await logIn(new Browser(port), 0, "bob", {}, path)).url, "/");
    }
  });
}

/** Who has just logged in on each server; with those in hand the login is old when `stale` asks. */
export async function fresh(port: number): Promise<readonly Browser[]> {
  const browsers: Browser[] = [];
  for (const server of eachServer) {
    const visitor = new Browser(port);
    await check(
      `${nameOf(server)}: pages of an account want a login, and then are there`,
      async () => {
        const away = await visitor.get(server, "/account/email");
        same(away.url, "/login?returnTo=%2Faccount%2Femail");
        const script = await visitor.get(server, "/account", { "sec-fetch-mode": "cors" });
        same([script.status, JSON.parse(script.text).code], [401, "unauthenticated"]);
        const form = await logIn(visitor, server, "admin", {}, away.url);
        same([form.url, form.status], ["/account/email", 200]);
        const email = `admin-${server}@cloakroom.example`;
        const without = await visitor.post(server, "/account/email", { email });
        same(without.status, 403, "without the token of the form");
        const bad = await visitor.post(server, "/account/email", {
          email: "admin",
          _csrf: csrfField(form),
        });
        holds(bad.text.includes("That is no e-mail address."), "no message");
        const good = await visitor.post(server, "/account/email", {
          email,
          _csrf: csrfField(form),
        });
        same([good.url, notice(good)], ["/account", "Your e-mail address is changed."]);
        const elsewhere = await visitor.get((server + 1) % 5, "/account");
        holds(elsewhere.text.includes(email), "the other server does not know it");
      },
    );
    browsers.push(visitor);
  }
  return browsers;
}

export async function stale(browsers: readonly Browser[]): Promise<void> {
  for (const [server, visitor] of browsers.entries()) {
    await check(
      `${nameOf(server)}: a login that is too old is asked for again, and keeps the rest`,
      async () => {
        await visitor.post(server, "/cart/add", { item: "hat" });
        await until("stale", async () => {
          const { url } = await visitor.get(server, "/account/email");
          return url === "/login?returnTo=%2Faccount%2Femail&reason=stale-login";
        });
        const id = idOn(await visitor.get(server, "/cart"));
        const path = "/login?returnTo=%2Faccount%2Femail&reason=stale-login";
        const again = await logIn(visitor, server, "admin", {}, path);
        same([again.url, idOn(again)], ["/account/email", id]);
      },
    );
  }
}

export async function rememberMe(port: number): Promise<void> {
  for (const server of eachServer) {
    await check(
      `${nameOf(server)}: remembered, and back after the browser was closed`,
      async () => {
        const visitor = new Browser(port, FIREFOX);
        const visit = await logIn(visitor, server, "bob", { remember: "yes" });
        const id = idOn(visit);
        const ages = visit.setCookie.map((line) => [line.split("=")[0], /Max-Age=/i.test(line)]);
        same(ages, [
          ["__Host-id", false],
          ["__Host-remember", true],
        ]);
        const closed = await visitor.post(server, "/sessions/drop-cookie");
        same([closed.url, userOn(closed), idOn(closed)], ["/sessions", "Bob", id]);
        holds(closed.text.includes("Firefox on Linux"), "no label");
        holds(closed.text.includes('<span class="badge">remembered</span>'), "not in the list");
        holds(closed.text.includes("<b>Resumed</b>"), "the ticket does not tell");
        holds(closed.text.includes("a remember-me token opened the session"), "nor the panel");
        const asked = await visitor.get(server, "/account/email");
        same(asked.url, "/login?returnTo=%2Faccount%2Femail&reason=stale-login", "not fresh");
        holds(/name="remember" value="yes" checked/.test(asked.text), "it would be forgotten");
        const again = await logIn(visitor, server, "bob", { remember: "yes" }, asked.url);
        same([again.url, idOn(again)], ["/account/email", id]);
        await visitor.post((server + 1) % 5, "/logout");
        same(visitor.cookies, "", "cookies left");
      },
    );
  }

  await check(
    "sealed and jwt: no second cookie, the one there is outlives the browser",
    async () => {
      for (const kind of ["sealed", "jwt"] as const) {
        const visitor = new Browser(port);
        await choose(visitor, 0, kind);
        const page = await visitor.get(1, "/login");
        holds(page.text.includes("so there is no second one"), "the page does not say so");
        await logIn(visitor, 2, "bob", { remember: "yes" });
        visitor.close();
        same(userOn(await visitor.get(3, "/")), "Bob", kind);
      }
    },
  );
}

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

export async function admins(port: number): Promise<void> {
  await check("who is no admin gets nowhere near", async () => {
    const visitor = new Browser(port);
    await logIn(visitor, 0, "bob");
    for (const server of eachServer) {
      const visit = await visitor.get(server, "/admin");
      same([visit.status, visit.text.includes("This is for admins.")], [403, true], nameOf(server));
      same((await visitor.post(server, "/admin/act-as", { user: "alice" })).status, 403);
    }
  });

  for (const kind of storageKinds) {
    for (const server of eachServer) {
      await check(
        `${kind} on ${nameOf(server)}: an admin steps up, acts for Alice, and stops`,
        async () => {
          await acting(port, kind, server);
        },
      );
    }
  }
}

async function acting(port: number, kind: StorageKind, server: number): Promise<void> {
  const next = (server + 1) % 5;
  const admin = new Browser(port);
  await choose(admin, server, kind);
  await admin.post(server, "/cart/add", { item: "hat" });
  const users = await logIn(admin, server, "admin", {}, "/login?returnTo=%2Fadmin");
  same([users.url, users.text.includes("bob@")], ["/admin", true]);
  const asked = await admin.post(server, "/admin/act-as", { user: "alice" });
  same([asked.url, userOn(asked)], ["/admin/step-up", "Admin"]);
  const wrongPin = await admin.post(next, "/admin/step-up", { pin: "0000" });
  holds(wrongPin.text.includes("That is not the PIN."), "a wrong PIN");
  const before = admin.cookies;
  const steppedUp = await admin.post(next, "/admin/step-up", { pin: "2580" });
  same(steppedUp.url, "/admin");
  holds(admin.cookies !== before, "no new ticket");
  const alice = await admin.post(server, "/admin/act-as", { user: "alice" });
  same([userOn(alice), idOn(alice)], ["Alice", idOn(users)]);
  holds(alice.text.includes("<b>Alice</b>, by Admin"), "no banner");
  const elsewhere = await admin.get(next, "/cart");
  holds(elsewhere.text.includes("<b>Alice</b>, by Admin"), "no banner elsewhere");
  holds(elsewhere.text.includes("It is empty."), "the admin's cart shows");
  const email = await admin.get(server, "/account/email");
  same([email.status, email.text.includes("nobody who acts for them")], [403, true], "e-mail");
  same((await admin.get(server, "/admin")).status, 403, "the list, as Alice");
  const stopped = await admin.post(next, "/admin/stop");
  same([stopped.url, userOn(stopped)], ["/admin", "Admin"]);
}
