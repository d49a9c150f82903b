export {
  type ExpressOidcMiddleware,
  type ExpressOidcOptions,
  type OidcExpressRequest,
  oidcRoutes,
} from "./express/routes.ts";
export { requireAccessToken } from "./express/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
