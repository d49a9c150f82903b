export { oidcRoutes } from "./koa/routes.ts";
