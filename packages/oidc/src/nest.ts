export { requireAccessToken } from "./nest/access-token.ts";
export { OidcModule, oidcRoutes } from "./nest/routes.ts";
export { accessTokenOf } from "./resource/held.ts";
