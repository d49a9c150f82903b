export { requireAccessToken } from "./express/access-token.ts";
export {
  type ExpressOidcMiddleware,
  type ExpressOidcOptions,
  type OidcExpressRequest,
  oidcRoutes,
} from "./express/routes.ts";
export { accessTokenOf } from "./resource/held.ts";
