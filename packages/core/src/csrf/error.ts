import { SessionError } from "../errors.ts";

/** The CSRF token is missing, forged, of another session, or of before a login. Status 403. */
export class CsrfError extends SessionError {
  constructor() {
    super("csrf", 403, "CSRF token missing or out of date: load the page again and repeat");
  }
}
