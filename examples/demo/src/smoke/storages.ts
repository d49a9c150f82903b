import { type StorageKind, storageKinds } from "../storage/kinds.ts";
import { Browser, type Visit } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn } from "./login.ts";
import { cartCount, heldAndKept, idOn, otherSessions, storage, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";

const cookieNames: Readonly<Record<StorageKind, string>> = {
  store: "__Host-id",
  sealed: "__Host-sealed",
  jwt: "__Host-jwt",
};

export function choose(browser: Browser, server: number, kind: string): Promise<Visit> {
  return browser.post(server, "/storage", { storage: kind, back: "/cart" });
}

async function visitorOf(port: number, kind: StorageKind): Promise<Browser> {
  const visitor = new Browser(port);
  await choose(visitor, 0, kind);
  return visitor;
}

/** A browser with the same cookies, as whoever stole them has it. */
function copyOf(browser: Browser, port: number): Browser {
  const copy = new Browser(port);
  copy.cookies = browser.cookies;
  return copy;
}

/** The same shop, wherever the session lives. */
export async function storages(port: number): Promise<void> {
  for (const kind of storageKinds) {
    for (const server of eachServer) await shopOn(port, kind, server);
    await limited(port, kind);
    await anatomy(port, kind);
  }
  await fitting(port);
  await switching(port);
}

async function shopOn(port: number, kind: StorageKind, server: number): Promise<void> {
  const [next, third] = [(server + 1) % eachServer.length, (server + 2) % eachServer.length];
  await check(`${kind} on ${nameOf(server)}: shop, log in, rotate, log out`, async () => {
    const visitor = new Browser(port);
    const chosen = await choose(visitor, server, kind);
    same([chosen.url, storage(chosen), visitor.cookies], ["/cart", kind, `__Host-storage=${kind}`]);
    await visitor.post(server, "/cart/add", { item: "hat" });
    const anonymous = copyOf(visitor, port);
    const loggedIn = await logIn(visitor, server, "bob");
    const seen = await visitor.get(next, "/cart");
    same([userOn(seen), cartCount(seen), idOn(seen)], ["Bob", 1, idOn(loggedIn)]);
    same(userOn(await anonymous.get(third, "/")), undefined, "user with the token of before");
    const rotated = await visitor.post(next, "/sessions/rotate", { back: "/cart" });
    same([userOn(rotated), idOn(rotated)], ["Bob", idOn(loggedIn)], "after the rotation");
    holds(rotated.text.includes(told[kind]), "the panel does not tell");
    const copy = copyOf(visitor, port);
    await visitor.post(third, "/logout");
    same(visitor.cookies, `__Host-storage=${kind}`, "cookies left");
    for (const it of eachServer) same(userOn(await copy.get(it, "/")), undefined, nameOf(it));
  });
}

/** What the panel tells of the request after a rotation. */
const told: Readonly<Record<StorageKind, string>> = {
  store: "presented for the first time",
  sealed: "Set-Cookie, set: the session lives in its token",
  jwt: "Set-Cookie, set: the session lives in its token",
};

async function limited(port: number, kind: StorageKind): Promise<void> {
  await check(`${kind}: six logins are five sessions; one ends another, then all`, async () => {
    const browsers = await Promise.all(Array.from({ length: 6 }, () => visitorOf(port, kind)));
    for (const [index, browser] of browsers.entries()) await logIn(browser, index % 5, "alice");
    const users = () =>
      Promise.all(browsers.map(async (it, index) => userOn(await it.get(index % 5, "/"))));
    same(await users(), [undefined, ...Array(5).fill("Alice")]);
    const last = browsers[5] as Browser;
    const others = otherSessions(await last.get(1, "/sessions"));
    const second = idOn(await (browsers[1] as Browser).get(2, "/")) ?? "";
    same([others.length, others.includes(second)], [4, true], "the list");
    await last.post(2, "/sessions/revoke", { id: second });
    same(await users(), [undefined, undefined, ...Array(4).fill("Alice")]);
    await last.post(3, "/sessions/revoke-others");
    same(await users(), [...Array(5).fill(undefined), "Alice"]);
  });
}

const expected: Readonly<Record<StorageKind, readonly [anonymous: RegExp, loggedIn: RegExp]>> = {
  store: [
    /id [\w-]{22} secret •+ 43 characters.*The session , in one row/,
    /The session , in one row.*a SHA-256 hash of it/,
  ],
  sealed: [
    /version 1 key [\da-f]{8} .*sealed •+ \d+ bytes tag •+ 16 bytes.*Nothing\. If the session/,
    /The login , in one row without your data: the session's id, bob/,
  ],
  jwt: [
    /"alg": "EdDSA".*"data": {"cart":{"hat":1}} } signature •+ 64 bytes.*Nothing\. If the session/,
    /"sub": "bob".*The login , in one row without your data: the session's id, bob/,
  ],
};

async function anatomy(port: number, kind: StorageKind): Promise<void> {
  await check(`${kind}: the panel takes the cookie apart, and shows no token`, async () => {
    const visitor = await visitorOf(port, kind);
    const name = cookieNames[kind];
    const [anonymous, loggedIn] = expected[kind];
    const looks = async (pattern: RegExp, server: number) => {
      const visit = await visitor.get(server, "/sessions/none");
      const text = heldAndKept(visit);
      const token = visitor.cookie(name) ?? "";
      holds(text.includes(`${name} ${name.length + token.length} of 4096 bytes`), text);
      holds(pattern.test(text), text);
      // The end of a token is what must not be told: a secret, a tag, a signature.
      holds(token.length > 60 && !visit.text.includes(token.slice(-20)), "the token is shown");
    };
    const empty = await visitor.get(1, "/");
    same(heldAndKept(empty).includes("No session cookie."), true, "before anything is written");
    await visitor.post(0, "/cart/add", { item: "hat" });
    await visitor.get(2, "/");
    await looks(anonymous, 3);
    await logIn(visitor, 4, "bob");
    await looks(loggedIn, 1);
  });
}

async function fitting(port: number): Promise<void> {
  await check("jwt: the longest address fits into the cookie, twice", async () => {
    const visitor = await visitorOf(port, "jwt");
    await logIn(visitor, 0, "bob");
    await visitor.post(1, "/cart/add", { item: "hat" });
    const long = "漢".repeat(200);
    const address = { name: long, street: long, postcode: "1234567890", city: long };
    const good = await visitor.post(2, "/checkout/address", address);
    const refused = await visitor.post(3, "/checkout/address", { ...address, postcode: long });
    same([good.status, refused.status, refused.url], [200, 200, "/checkout/address"]);
    holds(refused.text.includes("A postcode has 3 to 10"), "no message");
  });
}

async function switching(port: number): Promise<void> {
  await check("a switch carries nothing over, and back is where you were", async () => {
    const visitor = new Browser(port);
    await logIn(visitor, 0, "alice");
    await visitor.post(1, "/cart/add", { item: "hat" });
    const away = await choose(visitor, 2, "sealed");
    same([userOn(away), cartCount(away)], [undefined, 0]);
    holds(heldAndKept(away).includes("__Host-id , 75 bytes"), "the cookie out of use is not told");
    const back = await choose(visitor, 3, "store");
    same([userOn(back), cartCount(back)], ["Alice", 1]);
  });

  await check("a choice that is none, or of another site, changes nothing", async () => {
    const visitor = await visitorOf(port, "jwt");
    await visitor.post(0, "/cart/add", { item: "hat" });
    same(storage(await choose(visitor, 1, "gold")), "jwt");
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    for (const server of eachServer) {
      const visit = await visitor.post(server, "/storage", { storage: "store" }, headers);
      same([visit.status, visit.setCookie], [403, []], nameOf(server));
    }
    visitor.cookies = "__Host-storage=gold";
    same(storage(await visitor.get(2, "/")), "store");
  });
}
