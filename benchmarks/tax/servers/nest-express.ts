import { allowDecorators } from "./decorators.ts";

allowDecorators();
const { startNest } = await import("./nest.ts");

export function start(name: string): Promise<number> {
  return startNest("nest-express", name);
}
