import "reflect-metadata";
import { createSessions, type SessionOf } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { safeReturnTo } from "@coatcheck/core/guards";
import { rememberMe } from "@coatcheck/core/remember";
import { FreshLogin, Public, SessionGuard, SessionModule, UserId } from "@coatcheck/nest";
import { sqliteStore } from "@coatcheck/store-sqlite";
import {
  Body,
  Controller,
  Get,
  Header,
  Module,
  Post,
  Query,
  Redirect,
  Res,
  Session,
} from "@nestjs/common";
import { APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { browserName } from "./shared/browser-name.ts";
import { dataFile } from "./shared/data-file.ts";
import { accountPage, devicesPage, loginPage } from "./shared/pages.ts";
import { findUser, passwords, setEmail, setHash } from "./shared/users.ts";

const sessions = createSessions({
  storage: sqliteStore({ path: dataFile("sessions.db") }),
  remember: rememberMe({ store: sqliteStore({ path: dataFile("remembered.db") }) }),
  device: describeDevice({ label: browserName }),
});
type Visit = SessionOf<typeof sessions>;
type Reply = { status(code: number): Reply; header(name: string, value: string): Reply };
const Html = () => Header("content-type", "text/html");

@Controller()
class AppController {
  @Public() @Get("login") @Html() form(@Query("reason") reason: unknown) {
    return loginPage(reason);
  }
  // No CSRF token: a POST from another site's page is answered with a 403 (guarantee 17).
  @Public() @Post("login") @Html() async login(
    @Body() { name, password = "", remember }: Record<string, string>,
    @Query("returnTo") returnTo: unknown,
    @Session() session: Visit,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const found = findUser(name); // an unknown name costs the work of a wrong password
    const { ok, upgraded } = await passwords.verify(password, found?.passwordHash);
    reply.status(ok && found ? 303 : 401);
    if (!ok || !found) return loginPage("wrong");
    if (upgraded) setHash(found, upgraded);
    session.login(found.name, { remember: remember === "on", amr: ["pwd"] });
    reply.header("location", safeReturnTo(returnTo));
  }
  @Get() @Html() account(@UserId() userId: string) {
    return accountPage(findUser(userId));
  }
  @FreshLogin("10m") @Post("email") @Redirect("/", 303) email(
    @UserId() userId: string,
    @Body("email") email: unknown,
  ) {
    setEmail(userId, email);
  }
  @Get("devices") @Html() async devices(@UserId() userId: string, @Session() { id }: Visit) {
    return devicesPage(await sessions.list(userId, { current: id }));
  }
  @Post("devices") @Redirect("/devices", 303) async revoke(
    @UserId() userId: string,
    @Body("id") id: unknown,
  ) {
    const own = await sessions.list(userId);
    const device = own.find((it) => it.id === id); // nobody ends another user's
    if (device) await sessions.revoke(device.id);
  }
  @Public() @Post("logout") @Redirect("/login", 303) logout(@Session() session: Visit) {
    session.destroy();
  }
}

@Module({
  imports: [SessionModule.forRoot({ sessions, guard: { loginUrl: "/login" } })],
  controllers: [AppController],
  providers: [{ provide: APP_GUARD, useClass: SessionGuard }],
})
class AppModule {}

const adapter = process.env.NEST_ON === "fastify" ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(AppModule, adapter, { logger: ["error"] });
await app.listen(process.env.PORT ?? 3000, "localhost");
