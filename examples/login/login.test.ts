import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPasswords } from "@coatcheck/password";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, CHROME } from "./test/browser.ts";
import { linesOfCode } from "./test/lines-of-code.ts";
import { type Application, Site } from "./test/site.ts";

const nest = { file: "nest.ts", loader: "tsx" };
const applications: readonly Application[] = [
  { name: "Express", file: "express.ts" },
  { name: "Fastify", file: "fastify.ts" },
  { name: "Koa", file: "koa.ts" },
  { name: "node:http", file: "node-http.ts" },
  { name: "Nest on Express", ...nest },
  { name: "Nest on Fastify", ...nest, env: { NEST_ON: "fastify" } },
];

const SESSION = "__Host-id";
const REMEMBER = "__Host-remember";
const TO_LOGIN = [303, "/login?returnTo=%2F"];
const SEEN = [200, undefined];
const MINUTE = 60_000;

describe.each(applications)("$name", (application) => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start(application);
  });
  afterAll(() => site?.close());

  const browser = (userAgent?: string) => new Browser(site.port, userAgent);
  const loggedIn = async (form?: Record<string, string>, userAgent?: string) => {
    const it = browser(userAgent);
    await it.logIn(form);
    return it;
  };
  const home = async (it: Browser) => {
    const { status, location } = await it.get("/");
    return [status, location];
  };

  test("has at most 60 lines of code, as many as the README says", async () => {
    const { file } = application;
    const lines = linesOfCode(await readFile(join(import.meta.dirname, file), "utf8"));
    expect(lines).toBeLessThanOrEqual(60);
    const readme = await readFile(join(import.meta.dirname, "README.md"), "utf8");
    expect(readme).toContain(`[\`${file}\`](${file}) | ${lines} |`);
  });

  test("G1 nobody is sent to the login page, with the way back and without a cookie", async () => {
    const ann = browser();
    const { status, location } = await ann.get("/devices");
    expect([status, location]).toEqual([303, "/login?returnTo=%2Fdevices"]);
    const page = await ann.get(location ?? "");
    expect([page.status, page.headers["content-type"]]).toEqual([
      200,
      expect.stringMatching(/^text\/html/),
    ]);
    expect(ann.cookies.size).toBe(0);
  });

  test("a wrong password and an unknown user look alike", async () => {
    const ann = browser();
    const wrong = await ann.logIn({ password: "correct horse battery stable" });
    const unknown = await ann.logIn({ name: "eve" });
    const { date, ...headers } = unknown.headers;
    expect(wrong).toMatchObject({ status: 401, body: unknown.body, headers });
    expect(wrong.body).toContain("Wrong name or password.");
    expect((await ann.post("/login")).status).toBe(401);
    expect(ann.cookies.size).toBe(0);
  });

  test("the way back is followed if it is a path of this site", async () => {
    const ann = browser();
    const { location } = await ann.get("/devices");
    expect((await ann.logIn({}, location)).location).toBe("/devices");
    for (const hostile of ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/x"]) {
      const path = `/login?returnTo=${encodeURIComponent(hostile)}`;
      expect((await ann.logIn({}, path)).location).toBe("/");
    }
  });

  test("G4 the token of before a login is worthless after it", async () => {
    const ann = await loggedIn();
    const before = ann.copy();
    expect(await home(before)).toEqual(SEEN);
    await ann.logIn();
    expect(await home(before)).toEqual(TO_LOGIN);
    expect(await home(ann)).toEqual(SEEN);
  });

  test("devices are listed, and one that is logged out from another is out", async () => {
    const [ann, other] = [await loggedIn(), await loggedIn({ remember: "on" }, CHROME)];
    const devices = await ann.devices();
    const current = devices.filter(({ text }) => text.includes("this one"));
    expect(current.map(({ text }) => text)).toEqual([expect.stringMatching(/^Firefox on Linux,/)]);
    const chrome = devices.filter(({ text }) => text.startsWith("Chrome on Windows"));
    expect(chrome.map(({ text }) => text)).toEqual([expect.stringMatching(/remembered/)]);
    await ann.post("/devices", { id: chrome[0]?.id ?? "" });
    expect(await home(other)).toEqual(TO_LOGIN);
    expect(await home(ann)).toEqual(SEEN);
    expect(await ann.devices()).toHaveLength(devices.length - 1);
  });

  test("another user's devices stay, and a hash of another cost is replaced at the login", async () => {
    const password = "another long passphrase";
    const weak = createPasswords({ argon2: { memoryKiB: 256, passes: 1, floor: "none" } });
    using users = new DatabaseSync(join(site.directory, "users.db"));
    const hash = await weak.hash(password);
    users.prepare("INSERT INTO users VALUES ('bob', 'bob@example.com', ?)").run(hash);
    const bob = await loggedIn({ name: "bob", password });
    const [stored] = users.prepare("SELECT passwordHash FROM users WHERE name = 'bob'").all();
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const [device] = await bob.devices();
    await (await loggedIn()).post("/devices", { id: device?.id ?? "" });
    expect(await home(bob)).toEqual(SEEN);
    expect(await home(await loggedIn({ name: "bob", password }))).toEqual(SEEN);
  });

  test("G13 logout clears both cookies, and what they held is worthless", async () => {
    const ann = await loggedIn({ remember: "on" });
    expect([...ann.cookies.keys()].sort()).toEqual([SESSION, REMEMBER]);
    const stolen = [ann.copy(), ann.copy(SESSION), ann.copy(REMEMBER)];
    const { status, location } = await ann.post("/logout");
    expect([[302, 303].includes(status), location]).toEqual([true, "/login"]);
    expect(ann.cookies.size).toBe(0);
    for (const thief of stolen) expect(await home(thief)).toEqual(TO_LOGIN);
  });

  test("G17 a form on another site's page can neither log out nor log in", async () => {
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const ann = await loggedIn();
    for (const path of ["/logout", "/email", "/devices"]) {
      expect((await ann.post(path, {}, foreign)).status).toBe(403);
    }
    expect(await home(ann)).toEqual(SEEN);
    const form = { name: "ann", password: "correct horse battery staple" };
    const victim = browser();
    expect((await victim.post("/login", form, foreign)).status).toBe(403);
    expect(victim.cookies.size).toBe(0);
  });

  test("logins survive a restart; a remembered user is back, and must log in again for what is dangerous", async () => {
    const [ann, other] = [await loggedIn({ remember: "on" }), await loggedIn()];
    const change = async (email: string) => {
      const { status, location } = await ann.post("/email", { email });
      return [[302, 303].includes(status), location];
    };
    expect(await change("before@example.com")).toEqual([true, "/"]);
    await site.restart(11 * MINUTE);
    for (const it of [ann, other]) expect(await home(it)).toEqual(SEEN);

    const session = ann.cookies.get(SESSION);
    for (const it of [ann, other]) it.quit();
    expect(await home(other)).toEqual(TO_LOGIN);
    expect(await home(ann)).toEqual(SEEN);
    expect(ann.cookies.get(SESSION)).not.toEqual(session);

    const stale = "/login?returnTo=%2F&reason=stale-login";
    expect(await change("after@example.com")).toEqual([true, stale]);
    expect((await ann.get("/")).body).toContain("before@example.com");
    expect((await ann.get(stale)).body).toContain("please log in again");
    expect((await ann.logIn({}, stale)).location).toBe("/");
    expect(await change('"><script>@example.com')).toEqual([true, "/"]);
    expect((await ann.get("/")).body).toContain("&#34;&#62;&#60;script&#62;@example.com");
  });
});
