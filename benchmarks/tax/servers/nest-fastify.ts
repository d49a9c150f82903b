import { startNest } from "./nest.ts";

export function start(name: string): Promise<number> {
  return startNest("nest-fastify", name);
}
