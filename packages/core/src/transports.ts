export { type BearerOptions, bearer } from "./transport/bearer.ts";
export { cookie } from "./transport/cookie-in-list.ts";
export { header } from "./transport/header.ts";
export {
  type HandOffOptions,
  type QueryOptions,
  query,
  type TokenInUrlOptions,
} from "./transport/query.ts";
export type { SessionTransport } from "./transport/transport.ts";
