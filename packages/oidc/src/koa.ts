export { oidcRoutes } from "./koa/routes.ts";
export { requireAccessToken } from "./koa/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
