import type { IncomingMessage, ServerResponse } from "node:http";
import { admission } from "../resource/admit.ts";
import type { AccessOptions, ResourceServer } from "../resource/resource-server.ts";

/** Lets a request pass that brings a good access token. Goes with Express and whatever else takes such middleware. */
export function requireAccessToken(
  api: ResourceServer,
  options?: AccessOptions,
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  const admit = admission(api, options);
  return function accessTokenGuard(request, response, next) {
    admit(request)
      .then((answer) => {
        // What comes after is called outside of the promise, so that its errors are its own.
        if (!answer) return queueMicrotask(next);
        response.statusCode = answer.status;
        for (const [name, value] of answer.headers) response.setHeader(name, value);
        response.end(answer.body);
      })
      // Also where somebody has answered meanwhile, as a time limit does: a promise that nobody waits for would end the process.
      .catch(next);
  };
}
