import type { Session } from "@coatcheck/core";

// `req.session` for everybody; `sessions.of(req)` knows what the session holds.
declare global {
  namespace Express {
    interface Request {
      /** This request's session, under `expressSession`. */
      readonly session: Session;
    }
  }
}
