import type { World } from "./describe-chromium.ts";
import type { Scheme } from "./servers.ts";
import type { StoredCookie } from "./visitor.ts";

/** What an empty jar holds after one visit. */
export async function kept(
  world: World,
  { scheme, host }: { readonly scheme: Scheme; readonly host: string },
  path: string,
): Promise<StoredCookie[]> {
  const visitor = await world.regular();
  await visitor.visit(world.servers.url(scheme, host, path));
  return await visitor.cookies();
}
