export type { ConsentCategory, CookieCategory } from "./cookies/category.ts";
export type { Consent, ConsentRecord } from "./cookies/consent.ts";
export {
  type CookieAttributes,
  type CookieDefinition,
  type CookieProtection,
  type CookieValueOptions,
  defineCookie,
  type ValueOf,
} from "./cookies/definition.ts";
export type { CookieEvents, CookieRejection } from "./cookies/events.ts";
export type { CookieJar } from "./cookies/jar.ts";
export { type Cookies, createCookies, type JarOf } from "./cookies/manager.ts";
export type { ConsentOptions, CookiesOptions } from "./cookies/options.ts";
export type { CookieChannel } from "./cookies/wire.ts";
export type { CrossOriginOptions } from "./request/trusted.ts";
export type { FormOptions } from "./sealed/form.ts";
export { generateKey } from "./sealed/key.ts";
export type { KeyOptions } from "./sealed/key-ring.ts";
