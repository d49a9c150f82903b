import type { IncomingMessage } from "node:http";
import { admission } from "../resource/admit.ts";
import type { AccessOptions, ResourceServer } from "../resource/resource-server.ts";

interface Context {
  readonly req: IncomingMessage;
  status: number;
  body: unknown;
  set(name: string, value: string): void;
}

/** Lets a request pass that brings a good access token. */
export function requireAccessToken(
  api: ResourceServer,
  options?: AccessOptions,
): (ctx: Context, next: () => Promise<unknown>) => Promise<unknown> {
  const admit = admission(api, options);
  return async function accessTokenGuard(ctx, next) {
    const answer = await admit(ctx.req);
    if (!answer) return next();
    ctx.status = answer.status;
    for (const [name, value] of answer.headers) ctx.set(name, value);
    ctx.body = answer.body;
    return undefined;
  };
}
