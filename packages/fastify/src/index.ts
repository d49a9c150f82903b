export { type FastifyCookiesOptions, fastifyCookies } from "./cookies.ts";
export { type FastifySessionEndpoint, sessionEndpoint } from "./endpoint.ts";
export {
  type FastifyGuard,
  type FastifyGuardOptions,
  requireElevated,
  requireFreshLogin,
  requireUser,
} from "./guards.ts";
export { type FastifySessionOptions, fastifySession, fastifySession as default } from "./plugin.ts";
export type { SessionRouteConfig } from "./route-config.ts";
