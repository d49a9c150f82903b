export { requireAccessToken } from "./koa/access-token.ts";
export { oidcRoutes } from "./koa/routes.ts";
export { accessTokenOf } from "./resource/held.ts";
