export {
  type ExpressOidcMiddleware,
  type ExpressOidcOptions,
  type OidcExpressRequest,
  oidcRoutes,
} from "./express/routes.ts";
