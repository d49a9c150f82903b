export { type RememberOptions, rememberMe } from "./remember/options.ts";
export type { RememberMe } from "./session/remembering.ts";
