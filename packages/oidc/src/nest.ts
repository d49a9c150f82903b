export { OidcModule, oidcRoutes } from "./nest/routes.ts";
