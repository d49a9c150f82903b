import type { IncomingMessage } from "node:http";
import { type CanActivate, type ExecutionContext, HttpException } from "@nestjs/common";
import { admission } from "../resource/admit.ts";
import type { AccessOptions, ResourceServer } from "../resource/resource-server.ts";

type Request = IncomingMessage & { readonly raw?: IncomingMessage };

interface Response {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** For `@UseGuards(requireAccessToken(api, { scope }))`: lets a request pass that brings a good access token. On Express and on Fastify, for HTTP. */
export function requireAccessToken(api: ResourceServer, options?: AccessOptions): CanActivate {
  const admit = admission(api, options);
  return {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const http = context.switchToHttp();
      const request = http.getRequest<Request>();
      const answer = await admit(request.raw ?? request);
      if (!answer) return true;
      const response = http.getResponse<Response>();
      for (const [name, value] of answer.headers) {
        (response.header ?? response.setHeader)?.call(response, name, value);
      }
      throw new HttpException({ statusCode: answer.status }, answer.status);
    },
  };
}
