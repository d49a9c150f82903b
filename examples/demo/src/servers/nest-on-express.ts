import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { shopModule } from "./nest.ts";
import type { StartServer } from "./server.ts";

export const startNestOnExpress: StartServer = async (setup) => {
  const app = await NestFactory.create(shopModule(setup), new ExpressAdapter(), {
    logger: ["warn", "error", "fatal"],
    abortOnError: false,
  });
  await app.listen(setup.port, setup.host);
  return { server: app.getHttpServer(), close: () => app.close() };
};
