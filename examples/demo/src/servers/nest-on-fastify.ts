import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { shopModule } from "./nest.ts";
import type { StartServer } from "./server.ts";

export const startNestOnFastify: StartServer = async (setup) => {
  const app = await NestFactory.create(shopModule(setup), new FastifyAdapter(), {
    logger: ["warn", "error", "fatal"],
    abortOnError: false,
  });
  await app.listen(setup.port, setup.host);
  return { server: app.getHttpServer(), close: () => app.close() };
};
