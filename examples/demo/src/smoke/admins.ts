import { type StorageKind, storageKinds } from "../storage/kinds.ts";
import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn } from "./login.ts";
import { idOn, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { choose } from "./storages.ts";

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
