import { SessionNotLoadedError } from "@coatcheck/core";
import type { ExecutionContext } from "@nestjs/common";

/** Where a call came from, and what its session is tied to. */
export interface Caller {
  readonly kind: "http" | "ws" | "graphql";
  /** The request, or the WebSocket client. */
  readonly request: object;
}

/** Of HTTP, of a WebSocket gateway, of GraphQL. */
export function callerOf(context: ExecutionContext): Caller {
  const kind = context.getType<string>();
  switch (kind) {
    case "http":
      return { kind, request: context.switchToHttp().getRequest<object>() };
    case "ws":
      return { kind, request: context.switchToWs().getClient<object>() };
    case "graphql":
      return { kind, request: requestOfGraphql(context) };
    default:
      throw new SessionNotLoadedError(`a call of the kind "${kind}" has no session`);
  }
}

/** Apollo's context has `req`, Mercurius's has `reply`. Asked for by position, so that `@nestjs/graphql` need not be there. */
function requestOfGraphql(context: ExecutionContext): object {
  const { req, request, reply } = (context.getArgByIndex(2) ?? {}) as {
    readonly req?: object;
    readonly request?: object;
    readonly reply?: { readonly request?: object };
  };
  const found = req ?? request ?? reply?.request;
  if (found) return found;
  throw new SessionNotLoadedError(
    "the GraphQL context has no request: give it one, as in context: ({ req }) => ({ req })",
  );
}
