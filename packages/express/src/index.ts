import "./request.ts";

export { type ExpressCookiesOptions, expressCookies } from "./cookies.ts";
export { type ExpressEndpointOptions, sessionEndpoint } from "./endpoint.ts";
export type { ExpressRequest } from "./facts.ts";
export {
  type ExpressGuardOptions,
  requireElevated,
  requireFreshLogin,
  requireUser,
} from "./guards.ts";
export {
  type ExpressSessionMiddleware,
  type ExpressSessionOptions,
  expressSession,
  type Next,
} from "./session.ts";
