import { createSessions } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { safeReturnTo } from "@coatcheck/core/guards";
import { rememberMe } from "@coatcheck/core/remember";
import { fastifySession, requireFreshLogin, requireUser } from "@coatcheck/fastify";
import { sqliteStore } from "@coatcheck/store-sqlite";
import formbody from "@fastify/formbody";
import Fastify from "fastify";
import { browserName } from "./shared/browser-name.ts";
import { dataFile } from "./shared/data-file.ts";
import { accountPage, devicesPage, loginPage } from "./shared/pages.ts";
import { findUser, passwords, setEmail, setHash } from "./shared/users.ts";

const sessions = createSessions({
  storage: sqliteStore({ path: dataFile("sessions.db") }),
  remember: rememberMe({ store: sqliteStore({ path: dataFile("remembered.db") }) }),
  device: describeDevice({ label: browserName }),
});
const user = { onRequest: requireUser(sessions, { loginUrl: "/login" }) };
const freshLogin = { onRequest: requireFreshLogin(sessions, "10m", { loginUrl: "/login" }) };
const userIdOf = (it: object) => sessions.of(it).userId as string; // behind a guard somebody is
type Sent = { Body?: Record<string, string>; Querystring: Record<string, string> };
const app = Fastify();
await app.register(formbody);
// No CSRF token: a POST from another site's page is answered with a 403 (guarantee 17).
await app.register(fastifySession, { sessions });

app.get<Sent>("/login", (request, reply) =>
  reply.type("text/html").send(loginPage(request.query.reason)),
);
app.post<Sent>("/login", async (request, reply) => {
  const { name, password = "", remember } = request.body ?? {};
  const found = findUser(name); // an unknown name costs the work of a wrong password
  const { ok, upgraded } = await passwords.verify(password, found?.passwordHash);
  if (!ok || !found) return reply.code(401).type("text/html").send(loginPage("wrong"));
  if (upgraded) setHash(found, upgraded);
  sessions.of(request).login(found.name, { remember: remember === "on", amr: ["pwd"] });
  return reply.redirect(safeReturnTo(request.query.returnTo), 303);
});
app.get("/", user, (request, reply) =>
  reply.type("text/html").send(accountPage(findUser(userIdOf(request)))),
);
app.post<Sent>("/email", freshLogin, (request, reply) => {
  setEmail(userIdOf(request), request.body?.email);
  return reply.redirect("/", 303);
});
app.get("/devices", user, async (request, reply) => {
  const { id } = sessions.of(request);
  const devices = await sessions.list(userIdOf(request), { current: id });
  return reply.type("text/html").send(devicesPage(devices));
});
app.post<Sent>("/devices", user, async (request, reply) => {
  const own = await sessions.list(userIdOf(request));
  const device = own.find(({ id }) => id === request.body?.id); // nobody ends another user's
  if (device) await sessions.revoke(device.id);
  return reply.redirect("/devices", 303);
});
app.post("/logout", (request, reply) => {
  sessions.of(request).destroy();
  return reply.redirect("/login", 303);
});
await app.listen({ port: Number(process.env.PORT ?? 3000) });
