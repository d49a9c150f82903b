export { requireAccessToken } from "./nest/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
