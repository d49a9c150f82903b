import "reflect-metadata";
import type { IncomingMessage } from "node:http";
import type { Session as SessionOf, Sessions } from "@coatcheck/core";
import {
  bindSession,
  FreshLogin,
  Public,
  SessionGuard,
  SessionModule,
  type SocketClient,
  UserId,
} from "@coatcheck/nest";
import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Module,
  Post,
  Session,
  type Type,
} from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { GraphQLModule, Mutation, Query, Resolver } from "@nestjs/graphql";
import { MercuriusDriver, type MercuriusDriverConfig } from "@nestjs/mercurius";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";

const SESSIONS = Symbol("sessions");

@Controller()
class AppController {
  @Public()
  @Post("login")
  login(@Session() session: SessionOf) {
    session.login("ann");
  }

  @Public()
  @Get("hello")
  hello(@UserId() user: string | undefined) {
    return { hello: user ?? "stranger" };
  }

  @Get("me")
  me(@UserId() user: string) {
    return { me: user };
  }

  @FreshLogin("10m")
  @Post("email")
  email(@UserId() user: string) {
    return { changed: user };
  }

  @Post("logout")
  logout(@Session() session: SessionOf) {
    session.destroy();
  }
}

@Resolver()
class AppResolver {
  @Public()
  @Query("hello")
  hello(@UserId() user: string | undefined) {
    return user ?? "stranger";
  }

  @Query("me")
  me(@UserId() user: string) {
    return user;
  }

  @FreshLogin("10m")
  @Mutation("email")
  email(@UserId() user: string) {
    return user;
  }
}

@WebSocketGateway({ path: "/chat" })
class ChatGateway {
  readonly #sessions: Sessions;

  constructor(@Inject(SESSIONS) sessions: Sessions) {
    this.#sessions = sessions;
  }

  handleConnection(client: SocketClient, request?: IncomingMessage) {
    void bindSession(this.#sessions, client, request);
  }

  @Public()
  @SubscribeMessage("hello")
  hello(@UserId() user: string | undefined) {
    return { event: "hello", data: user ?? "stranger" };
  }

  @SubscribeMessage("me")
  me(@UserId() user: string) {
    return { event: "me", data: user };
  }

  @FreshLogin("10m")
  @SubscribeMessage("email")
  email(@UserId() user: string) {
    return { event: "email", data: user };
  }
}

/** A gateway that has forgotten to bind its clients. */
@WebSocketGateway({ path: "/forgotten" })
class ForgetfulGateway {
  @SubscribeMessage("me")
  me() {
    return { event: "me", data: "in" };
  }
}

const typeDefs = "type Query { hello: String! me: String! } type Mutation { email: String! }";

const APOLLO = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  typeDefs,
  graphiql: false,
});

/** Runs on Fastify only. */
export const MERCURIUS = GraphQLModule.forRoot<MercuriusDriverConfig>({
  driver: MercuriusDriver,
  typeDefs,
});

/** One application, whatever it runs on. */
export function applicationOf(sessions: Sessions, graphql: DynamicModule = APOLLO): Type {
  class Application {}
  Module({
    imports: [SessionModule.forRoot({ sessions, guard: { loginUrl: "/login" } }), graphql],
    controllers: [AppController],
    providers: [
      { provide: SESSIONS, useValue: sessions },
      { provide: APP_GUARD, useClass: SessionGuard },
      AppResolver,
      ChatGateway,
      ForgetfulGateway,
    ],
  })(Application);
  return Application;
}
