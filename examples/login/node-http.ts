import { createServer } from "node:http";
import { createSessions } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { safeReturnTo } from "@coatcheck/core/guards";
import { rememberMe } from "@coatcheck/core/remember";
import { expressSession, requireFreshLogin, requireUser } from "@coatcheck/express";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { browserName } from "./shared/browser-name.ts";
import { dataFile } from "./shared/data-file.ts";
import { formOf, type Handler, notFound, redirect, sendError, sendPage } from "./shared/http.ts";
import { accountPage, devicesPage, loginPage } from "./shared/pages.ts";
import { findUser, passwords, setEmail, setHash } from "./shared/users.ts";

const sessions = createSessions({
  storage: sqliteStore({ path: dataFile("sessions.db") }),
  remember: rememberMe({ store: sqliteStore({ path: dataFile("remembered.db") }) }),
  device: describeDevice({ label: browserName }),
});
const openSession = expressSession(sessions);
const user = requireUser(sessions, { loginUrl: "/login" });
const freshLogin = requireFreshLogin(sessions, "10m", { loginUrl: "/login" });
const anybody: typeof user = (_request, _response, next) => next();
const userIdOf = (it: object) => sessions.of(it).userId as string; // behind a guard somebody is
const routes = new Map<string, [guard: typeof user, handler: Handler]>();
const on = (route: string, ...way: [typeof user, Handler]) => routes.set(route, way);

on("GET /login", anybody, async (_request, response, query) => {
  sendPage(response, loginPage(query.get("reason")));
});
on("POST /login", anybody, async (request, response, query) => {
  const form = await formOf(request);
  const found = findUser(form.get("name")); // an unknown name costs the work of a wrong password
  const { ok, upgraded } = await passwords.verify(form.get("password") ?? "", found?.passwordHash);
  if (!ok || !found) return sendPage(response, loginPage("wrong"), 401);
  if (upgraded) setHash(found, upgraded);
  sessions.of(request).login(found.name, { remember: form.has("remember"), amr: ["pwd"] });
  return redirect(response, safeReturnTo(query.get("returnTo")));
});
on("GET /", user, async (request, response) => {
  sendPage(response, accountPage(findUser(userIdOf(request))));
});
on("POST /email", freshLogin, async (request, response) => {
  setEmail(userIdOf(request), (await formOf(request)).get("email"));
  redirect(response, "/");
});
on("GET /devices", user, async (request, response) => {
  const { id } = sessions.of(request);
  sendPage(response, devicesPage(await sessions.list(userIdOf(request), { current: id })));
});
on("POST /devices", user, async (request, response) => {
  const [form, own] = [await formOf(request), await sessions.list(userIdOf(request))];
  const device = own.find(({ id }) => id === form.get("id")); // nobody ends another user's
  if (device) await sessions.revoke(device.id);
  redirect(response, "/devices");
});
on("POST /logout", anybody, async (request, response) => {
  sessions.of(request).destroy();
  redirect(response, "/login");
});

const server = createServer((request, response) => {
  const [path, query] = (request.url ?? "").split("?", 2);
  const [guard, handler] = routes.get(`${request.method} ${path}`) ?? [anybody, notFound];
  // No CSRF token: a POST from another site's page is answered with a 403 (guarantee 17).
  const fail = (error: unknown) => sendError(response, error);
  openSession(request, response, (error) => {
    // It comes back once more, with an error, if the session could not be saved.
    if (error) return fail(error);
    guard(request, response, (refused) => {
      if (refused) return fail(refused);
      handler(request, response, new URLSearchParams(query)).catch(fail);
    });
  });
});
server.listen(Number(process.env.PORT ?? 3000), "localhost");
