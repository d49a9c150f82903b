import { admission } from "../resource/admit.ts";
import type { BearerRequest } from "../resource/credentials.ts";
import type { AccessOptions, ResourceServer } from "../resource/resource-server.ts";

interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(body: string): unknown;
}

/** Lets a request pass that brings a good access token: as `onRequest` or `preHandler` of a route, or of several by `addHook`. */
export function requireAccessToken(
  api: ResourceServer,
  options?: AccessOptions,
): (request: { readonly raw: BearerRequest }, reply: Reply) => Promise<unknown> {
  const admit = admission(api, options);
  return async function accessTokenGuard({ raw }, reply) {
    const answer = await admit(raw);
    if (!answer) return undefined;
    for (const [name, value] of answer.headers) reply.header(name, value);
    // What is returned tells Fastify that the answer is on its way.
    reply.code(answer.status).send(answer.body);
    return reply;
  };
}
