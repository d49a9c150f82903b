import type { SessionOf } from "@coatcheck/core";
import { SessionGuard, SessionModule } from "@coatcheck/nest";
import { oidcRoutes } from "@coatcheck/oidc/nest";
import {
  Controller,
  Get,
  Header,
  type MessageEvent,
  Module,
  Session,
  Sse,
  UseGuards,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Observable } from "rxjs";
import { applications } from "../applications.ts";
import { applicationPage } from "../pages/application-page.ts";
import { signInOf, visitorOf } from "./sign-in.ts";

const { desk } = applications;
const { sessions, oidc } = signInOf(desk);
type DeskSession = SessionOf<typeof sessions>;

@Controller()
class DeskController {
  @Get()
  @Header("content-type", "text/html")
  home(@Session() session: DeskSession) {
    return applicationPage(desk, oidc.loginUrl("/"), visitorOf(session));
  }

  /** Nothing, until the session ends, wherever and by whomever. */
  @UseGuards(SessionGuard)
  @Sse("events")
  events(@Session() { id }: DeskSession) {
    return new Observable<MessageEvent>((page) =>
      sessions.onEnd(id, () => {
        page.next({ type: "ended", data: "-" });
        page.complete();
      }),
    );
  }
}

@Module({
  imports: [SessionModule.forRoot({ sessions }), oidcRoutes(oidc)],
  controllers: [DeskController],
})
class DeskModule {}

export async function startDesk(): Promise<void> {
  const app = await NestFactory.create(DeskModule, { logger: ["error"] });
  await app.listen(desk.port, "localhost");
}
