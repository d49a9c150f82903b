import "./request.ts";

export {
  type ExpressRequest,
  type ExpressSessionMiddleware,
  type ExpressSessionOptions,
  expressSession,
  type Next,
} from "./session.ts";
