import { createSessions } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { safeReturnTo } from "@coatcheck/core/guards";
import { rememberMe } from "@coatcheck/core/remember";
import { expressSession, requireFreshLogin, requireUser } from "@coatcheck/express";
import { sqliteStore } from "@coatcheck/store-sqlite";
import express from "express";
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
const userIdOf = (req: object) => sessions.of(req).userId as string; // behind a guard somebody is
const app = express();
// No CSRF token: a POST from another site's page is answered with a 403 (guarantee 17).
app.use(express.urlencoded({ extended: false }), expressSession(sessions));

app.get("/login", (req, res) => {
  res.send(loginPage(req.query.reason));
});
app.post("/login", async (req, res) => {
  const { name, password = "", remember } = req.body ?? {};
  const found = findUser(name); // an unknown name costs the work of a wrong password
  const { ok, upgraded } = await passwords.verify(password, found?.passwordHash);
  if (!ok || !found) return void res.status(401).send(loginPage("wrong"));
  if (upgraded) setHash(found, upgraded);
  sessions.of(req).login(found.name, { remember: remember === "on", amr: ["pwd"] });
  res.redirect(303, safeReturnTo(req.query.returnTo));
});
app.get("/", user, (req, res) => {
  res.send(accountPage(findUser(userIdOf(req))));
});
app.post("/email", freshLogin, (req, res) => {
  setEmail(userIdOf(req), req.body?.email);
  res.redirect(303, "/");
});
app.get("/devices", user, async (req, res) => {
  const { id } = sessions.of(req);
  res.send(devicesPage(await sessions.list(userIdOf(req), { current: id })));
});
app.post("/devices", user, async (req, res) => {
  const own = await sessions.list(userIdOf(req));
  const device = own.find(({ id }) => id === req.body?.id); // nobody ends another user's
  if (device) await sessions.revoke(device.id);
  res.redirect(303, "/devices");
});
app.post("/logout", (req, res) => {
  sessions.of(req).destroy();
  res.redirect(303, "/login");
});
app.listen(Number(process.env.PORT ?? 3000), "localhost");
