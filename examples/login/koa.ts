import { createSessions } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { safeReturnTo } from "@coatcheck/core/guards";
import { rememberMe } from "@coatcheck/core/remember";
import { koaSession, requireFreshLogin, requireUser } from "@coatcheck/koa";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import Koa, { type Context } from "koa";
import { browserName } from "./shared/browser-name.ts";
import { dataFile } from "./shared/data-file.ts";
import { accountPage, devicesPage, loginPage } from "./shared/pages.ts";
import { findUser, passwords, setEmail, setHash } from "./shared/users.ts";

const sessions = createSessions({
  storage: sqliteStore({ path: dataFile("sessions.db") }),
  remember: rememberMe({ store: sqliteStore({ path: dataFile("remembered.db") }) }),
  device: describeDevice({ label: browserName }),
});
const user = requireUser(sessions, { loginUrl: "/login" });
const freshLogin = requireFreshLogin(sessions, "10m", { loginUrl: "/login" });
const userIdOf = (it: object) => sessions.of(it).userId as string; // behind a guard somebody is
const formOf = (ctx: Context) => (ctx.request.body ?? {}) as Record<string, string>;
const router = new Router();

router.get("/login", (ctx) => {
  ctx.body = loginPage(ctx.query.reason);
});
router.post("/login", async (ctx) => {
  const { name, password = "", remember } = formOf(ctx);
  const found = findUser(name); // an unknown name costs the work of a wrong password
  const { ok, upgraded } = await passwords.verify(password, found?.passwordHash);
  if (ok && found) {
    if (upgraded) setHash(found, upgraded);
    sessions.of(ctx).login(found.name, { remember: remember === "on", amr: ["pwd"] });
    ctx.redirect(safeReturnTo(ctx.query.returnTo));
  } else {
    ctx.status = 401;
    ctx.body = loginPage("wrong");
  }
});
router.get("/", user, (ctx) => {
  ctx.body = accountPage(findUser(userIdOf(ctx)));
});
router.post("/email", freshLogin, (ctx) => {
  setEmail(userIdOf(ctx), formOf(ctx).email);
  ctx.redirect("/");
});
router.get("/devices", user, async (ctx) => {
  const { id } = sessions.of(ctx);
  ctx.body = devicesPage(await sessions.list(userIdOf(ctx), { current: id }));
});
router.post("/devices", user, async (ctx) => {
  const own = await sessions.list(userIdOf(ctx));
  const device = own.find(({ id }) => id === formOf(ctx).id); // nobody ends another user's
  if (device) await sessions.revoke(device.id);
  ctx.redirect("/devices");
});
router.post("/logout", (ctx) => {
  sessions.of(ctx).destroy();
  ctx.redirect("/login");
});
// No CSRF token: a POST from another site's page is answered with a 403 (guarantee 17).
const app = new Koa().use(bodyParser()).use(koaSession(sessions)).use(router.routes());
app.listen(Number(process.env.PORT ?? 3000), "localhost");
